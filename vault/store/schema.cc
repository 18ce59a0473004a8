#include "vault/store/schema.h"

#include "proto/assert.h"

namespace kluis {
namespace {

Result<std::int64_t> last_step(Database& database, std::string_view part) {
  KLUIS_TRY(find,
            database.prepare("SELECT coalesce(max(number), 0) FROM migration WHERE part = ?"));
  KLUIS_CHECK(find.bind(part));
  KLUIS_TRY(found, find.step());
  KLUIS_ASSERT(found);
  return find.int_at(0);
}

Status take_steps(Database& database, std::string_view part, std::span<const Migration> steps) {
  KLUIS_CHECK(database.run(
      "CREATE TABLE IF NOT EXISTS migration(part TEXT NOT NULL, number INTEGER NOT NULL, "
      "PRIMARY KEY(part, number)) WITHOUT ROWID, STRICT"));
  KLUIS_TRY(done, last_step(database, part));
  if (done > static_cast<std::int64_t>(steps.size())) return broken("vault.newer");
  KLUIS_TRY(record, database.prepare("INSERT INTO migration(part, number) VALUES(?, ?)"));
  for (const auto& step : steps.subspan(static_cast<std::size_t>(done))) {
    KLUIS_CHECK(database.run(step.sql));
    KLUIS_CHECK(record.execute(part, std::int64_t{step.number}));
  }
  return {};
}

// Without a write when there is nothing to do: every opening asks.
Result<bool> is_current(Database& database, std::string_view part, std::size_t step_count) {
  KLUIS_TRY(find, database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'"));
  KLUIS_TRY(has_table, find.step());
  if (!has_table) return false;
  KLUIS_TRY(done, last_step(database, part));
  return done == static_cast<std::int64_t>(step_count);
}

}  // namespace

Status migrate(Database& database, std::string_view part, std::span<const Migration> steps) {
  for (std::size_t index = 0; index < steps.size(); ++index) {
    KLUIS_ASSERT(steps[index].number == static_cast<int>(index) + 1);
  }
  KLUIS_TRY(current, is_current(database, part, steps.size()));
  if (current) return {};
  return database.transact([&] { return take_steps(database, part, steps); });
}

}  // namespace kluis
