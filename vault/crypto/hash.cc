#include "vault/crypto/hash.h"

#include "vault/crypto/blake2b_parts.h"

namespace kluis {

void hash_into(MutableByteView target, std::string_view domain,
               std::initializer_list<ByteView> parts) {
  blake2b_parts(target, {}, "raadkluis/v1/", domain, parts);
}

}  // namespace kluis
