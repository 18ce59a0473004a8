#pragma once

#include <span>

#include "proto/bytes.h"
#include "proto/ids.h"
#include "proto/message.h"

// How a device and a relay compare what each holds of an epoch.
namespace kluis {

// chain_0 = header hash; chain_n = hash("chain", chain_{n-1}, item_n).
[[nodiscard]] Chain chain_start(const HeaderHash& header);
[[nodiscard]] Chain chain_next(const Chain& chain, ByteView item);
[[nodiscard]] ChainShort shorten(const Chain& chain);

// SyncAnswer::digest: hash("sync", for each entry in the order asked: name ‖ count as 4 bytes
// little-endian ‖ chain), with the count and chain that the relay now has. A name that is
// superseded or unknown counts with 0 and zeros.
[[nodiscard]] Digest sync_digest(std::span<const SyncEntry> entries);

// Under which name the boxes and the list of an epoch are staged: the first 16 bytes of the hash
// that the header states.
[[nodiscard]] BlobName blob_name_of(const Digest& hash);

}  // namespace kluis
