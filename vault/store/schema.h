#pragma once

#include <span>
#include <string_view>

#include "vault/store/database.h"

// Numbered steps that bring a database to the form this program expects. Forward only: a step that
// was ever released is never changed, only followed by another.
namespace kluis {

struct Migration {
  int number;  // 1, 2, 3, …
  Sql sql;
};

// Runs the steps of `part` that this database has not seen, all in one transaction, and records
// them. Parts own different tables and count on their own.
// Errors: integrity "vault.newer" when a newer program has taken a step that is not known here.
[[nodiscard]] Status migrate(Database& database, std::string_view part,
                             std::span<const Migration> steps);

}  // namespace kluis
