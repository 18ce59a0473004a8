#pragma once

#include <vector>

#include "tools/commands/verb.h"

namespace kluis {

// One a file of this folder, in the order in which help shows them.
[[nodiscard]] std::vector<Verb> all_verbs();

[[nodiscard]] Verb init_verb();
[[nodiscard]] Verb invite_verb();
[[nodiscard]] Verb invite_list_verb();
[[nodiscard]] Verb invite_cancel_verb();
[[nodiscard]] Verb join_verb();
[[nodiscard]] Verb appoint_verb();
[[nodiscard]] Verb device_list_verb();
[[nodiscard]] Verb device_invite_verb();
[[nodiscard]] Verb device_revoke_verb();
[[nodiscard]] Verb sync_verb();
[[nodiscard]] Verb status_verb();
[[nodiscard]] Verb people_verb();
[[nodiscard]] Verb raad_install_verb();
[[nodiscard]] Verb passphrase_change_verb();
[[nodiscard]] Verb dossier_new_verb();
[[nodiscard]] Verb dossier_list_verb();
[[nodiscard]] Verb grant_verb();
[[nodiscard]] Verb revoke_verb();
[[nodiscard]] Verb who_verb();
[[nodiscard]] Verb add_verb();
[[nodiscard]] Verb list_verb();
[[nodiscard]] Verb read_verb();
[[nodiscard]] Verb export_verb();
[[nodiscard]] Verb note_verb();
[[nodiscard]] Verb notes_verb();
[[nodiscard]] Verb sign_verb();
[[nodiscard]] Verb adopt_verb();
[[nodiscard]] Verb search_verb();
[[nodiscard]] Verb register_verb();
[[nodiscard]] Verb event_verb();
[[nodiscard]] Verb destroy_propose_verb();
[[nodiscard]] Verb decree_list_verb();
[[nodiscard]] Verb decree_show_verb();
[[nodiscard]] Verb decree_approve_verb();
[[nodiscard]] Verb decree_withdraw_verb();
[[nodiscard]] Verb decree_execute_verb();
[[nodiscard]] Verb decree_status_verb();
[[nodiscard]] Verb declaration_verb();
[[nodiscard]] Verb verify_verb();
[[nodiscard]] Verb apart_list_verb();
[[nodiscard]] Verb apart_carry_verb();
[[nodiscard]] Verb apart_refuse_verb();
[[nodiscard]] Verb seal_verb();
[[nodiscard]] Verb unseal_verb();
[[nodiscard]] Verb keygen_verb();

}  // namespace kluis
