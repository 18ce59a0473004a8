#include "vault/dossier/terms.h"

#include <algorithm>

#include "vault/dossier/text_rules.h"

namespace kluis {

Status install_raad(Desk& desk, const std::string& name, std::vector<PersonId> members) {
  if (!desk.device.is_officer()) return refuse("raad.only_officer", "V3.1");
  KLUIS_CHECK(check_name(name));
  if (members.empty()) return fail(ErrorKind::usage, "raad.nobody");
  std::ranges::sort(members);
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const PersonId& id : members) {
    if (desk.roll().sits_in_raad(id)) continue;
    return fail(ErrorKind::usage, "raad.not_a_member", {name_of(desk.roll(), id)});
  }
  return desk.device.wish_term({name, std::move(members)});
}

}  // namespace kluis
