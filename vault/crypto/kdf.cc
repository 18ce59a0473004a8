#include "vault/crypto/kdf.h"

#include "vault/crypto/blake2b_parts.h"

namespace kluis {

void kdf_into(MutableByteView target, const SecretBytes<32>& parent, std::string_view label,
              std::initializer_list<ByteView> parts) {
  blake2b_parts(target, parent.expose(), "raadkluis/v1/kdf/", label, parts);
}

}  // namespace kluis
