#pragma once

#include <string>
#include <string_view>

namespace kluis {

// Whether `encoded` ("$argon2id$v=19$m=…,t=…,p=1$salt$hash", also argon2i) is a hash of
// `password`. The product stores no such strings; this is here so that the outside vectors of
// Argon2 can be run against the library that `PasswordHasher` uses, which only this folder may
// name.
[[nodiscard]] bool argon2_verify_encoded(const std::string& encoded, std::string_view password);

}  // namespace kluis
