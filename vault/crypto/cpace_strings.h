#pragma once

#include <initializer_list>

#include "proto/bytes.h"

// Internal to cpace.cc: the draft's string functions, section 5.3 and appendix A, and the encoded
// generator; here so that the draft's vectors can test each.
namespace kluis {

// Each part with its length in LEB128 in front.
[[nodiscard]] Bytes cpace_lv_cat(std::initializer_list<ByteView> parts);

// generator_string(DSI, PRS, CI, sid, s_in_bytes) for SHA-512, whose block has 128 bytes.
[[nodiscard]] Bytes cpace_generator_string(ByteView code, ByteView channel, ByteView session_id);

}  // namespace kluis
