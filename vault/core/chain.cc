#include "vault/core/chain.h"

#include "vault/crypto/hash.h"

namespace kluis {

Chain chain_start(const HeaderHash& header) {
  return Chain{header.bytes};
}

Chain chain_next(const Chain& chain, ByteView item) {
  return hash_as<Chain>("chain", {chain.view(), item});
}

ChainShort shorten(const Chain& chain) {
  return *ChainShort::from(chain.view().first(ChainShort::kSize));
}

Digest sync_digest(std::span<const SyncEntry> entries) {
  Bytes all;
  all.reserve(entries.size() * 36);
  for (const SyncEntry& entry : entries) {
    append(all, entry.name.view());
    for (unsigned shift = 0; shift < 32; shift += 8) {
      all.push_back(static_cast<std::uint8_t>(entry.count >> shift));
    }
    append(all, entry.chain.view());
  }
  return hash_as<Digest>("sync", {all});
}

BlobName blob_name_of(const Digest& hash) {
  return *BlobName::from(hash.view().first(BlobName::kSize));
}

}  // namespace kluis
