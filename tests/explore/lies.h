#pragma once

#include <map>
#include <optional>

#include "proto/message.h"
#include "tests/explore/moves.h"

// What a hostile relay makes of an answer before it gives it.
namespace kluis::test {

using Hidden = std::map<CircleName, std::uint32_t>;

// Begins to hide something in `response`, the true answer. `index`: which circle of the answer.
// false: there is nothing of the kind to hide.
[[nodiscard]] bool begin_hiding(Lie kind, std::size_t index, const Request& request,
                                Response& response, Hidden& hidden);
// Leaves out what is hidden, and says the digest that makes the device believe it.
void hide(const Hidden& hidden, const Request& request, Response& response);

// `branch` with what `other` has in the roll and `branch` has not, as far as it names no blob:
// leaves, cells and welcomes. Requires: both are in one epoch of the roll (else: as it was).
[[nodiscard]] RelayImagePtr with_cells_of(const Setting& setting, const RelayImagePtr& branch,
                                          const RelayImagePtr& other);

}  // namespace kluis::test
