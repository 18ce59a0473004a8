#include "vault/ceremony/declaration_words.h"

namespace kluis {
namespace {

bool is_word_in(const DeclaredRoll& roll, const Record& record) {
  return record.kind == RecordKind::confirmation && record.circle == roll.now.alias();
}

// Whether who saw the roll up to there can have seen that the decree was carried out.
bool reaches_execution(const DeclaredRoll& roll, const RollPosition& head) {
  const bool beyond = head.act_number > roll.now.head().act_number;
  return head.act_number >= roll.then.head().act_number && (beyond || roll.now.contains(head));
}

}  // namespace

bool confirms(const DeclaredRoll& roll, const Record& record, const Confirmation& body) {
  return is_word_in(roll, record) && body.decree == roll.decree &&
         roll.then.is_active(record.author) && reaches_execution(roll, record.roll_head);
}

bool tells_of_leaving(const DeclaredRoll& roll, const Record& record, const Confirmation& body) {
  const EnrolledDevice* device = roll.then.device(record.author);
  return is_word_in(roll, record) && body.decree.is_zero() && device != nullptr &&
         device->removed_act && *device->removed_act < roll.executed().act_number;
}

}  // namespace kluis
