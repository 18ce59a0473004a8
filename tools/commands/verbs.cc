#include "tools/commands/verbs.h"

namespace kluis {

std::vector<Verb> all_verbs() {
  return {init_verb(),
          invite_verb(),
          invite_list_verb(),
          invite_cancel_verb(),
          join_verb(),
          appoint_verb(),
          device_list_verb(),
          device_invite_verb(),
          device_revoke_verb(),
          sync_verb(),
          status_verb(),
          people_verb(),
          raad_install_verb(),
          passphrase_change_verb(),
          dossier_new_verb(),
          dossier_list_verb(),
          grant_verb(),
          revoke_verb(),
          who_verb(),
          add_verb(),
          list_verb(),
          read_verb(),
          export_verb(),
          note_verb(),
          notes_verb(),
          sign_verb(),
          adopt_verb(),
          search_verb(),
          register_verb(),
          apart_list_verb(),
          apart_carry_verb(),
          apart_refuse_verb(),
          seal_verb(),
          unseal_verb(),
          keygen_verb()};
}

}  // namespace kluis
