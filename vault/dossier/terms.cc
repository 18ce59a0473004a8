#include "vault/dossier/terms.h"

#include <algorithm>

#include "vault/dossier/text_rules.h"

namespace kluis {

Result<std::vector<PersonId>> install_raad(Desk& desk, const std::string& name,
                                           std::vector<PersonId> members) {
  if (!desk.device.is_officer()) return refuse("raad.only_officer", "V3.1");
  KLUIS_CHECK(check_name(name));
  if (members.empty()) return fail(ErrorKind::usage, "raad.nobody");
  KLUIS_TRY(awaits, desk.device.awaits_new_raad());
  if (awaits) return refuse("grant.awaits_new_raad", "Vt2");
  std::ranges::sort(members);
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const PersonId& id : members) {
    if (desk.roll().sits_in_raad(id)) continue;
    return fail(ErrorKind::usage, "raad.not_a_member", {name_of(desk.roll(), id)});
  }
  std::vector<PersonId> ended;
  for (const auto& [id, person] : desk.roll().persons()) {
    const bool sits_on = std::ranges::binary_search(members, id);
    if (desk.roll().sits_in_raad(id) && !sits_on) ended.push_back(id);
  }
  KLUIS_CHECK(desk.device.wish(TermIntent{{name, std::move(members)}}));
  return ended;
}

}  // namespace kluis
