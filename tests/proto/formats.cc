#include "tests/proto/formats.h"

#include <utility>

namespace kluis::test {
namespace {

// Everything present, lists of two or more, nothing zero, bytes that count: a sample in which a
// reader of the hexadecimal recognises the fields.
class FullDraw final : public Draw {
 public:
  bool flag() override { return true; }
  std::uint64_t up_to(std::uint64_t max) override {
    if (max <= 1) return 0;
    return std::min<std::uint64_t>(max, 2 + (choices_++ % 3));
  }
  std::uint64_t integer(std::uint64_t /*max*/) override { return 1 + (choices_++ % 100); }
  void fill(MutableByteView target) override {
    for (std::uint8_t& byte : target) byte = next_++;
  }

 private:
  std::uint64_t choices_ = 0;
  std::uint8_t next_ = 1;
};

class LeastDraw final : public Draw {
 public:
  bool flag() override { return false; }
  std::uint64_t up_to(std::uint64_t /*max*/) override { return 0; }
  std::uint64_t integer(std::uint64_t /*max*/) override { return 0; }
  void fill(MutableByteView target) override { std::ranges::fill(target, std::uint8_t{0}); }
};

template <typename Value>
Bytes encode_any(const Value& value) {
  return encode(value);
}
template <>
Bytes encode_any(const CircleBody& body) {
  return std::visit([](const auto& value) { return encode(value); }, body);
}
template <>
Bytes encode_any(const KeyList& list) {
  return encode_list(list, kListChunkBytesMax).front();
}
template <>
Bytes encode_any(const Link& link) {
  return to_bytes(as_bytes(link_text(link)));
}

Result<KeyList> decode_one_chunk(ByteView bytes) {
  return decode_list({bytes});
}
Result<Link> decode_link(ByteView bytes) {
  return parse_link(as_text(bytes));
}

template <typename Value>
struct Codec {
  std::function<Result<Value>(ByteView)> decode;
  std::function<void(Draw&, Value&)> draw = draw_into<Value>;
};

template <typename Value>
Bytes draw_bytes(const Codec<Value>& codec, Draw& draw) {
  Value value;
  codec.draw(draw, value);
  return encode_any(value);
}

template <typename Value>
std::vector<Sample> samples_of(const Codec<Value>& codec) {
  FullDraw full;
  LeastDraw least;
  return {{"full", draw_bytes(codec, full)}, {"least", draw_bytes(codec, least)}};
}

template <typename Value>
Format format(std::string name, Codec<Value> codec) {
  Format made;
  made.name = std::move(name);
  made.again = [codec](ByteView bytes) -> Result<Bytes> {
    return codec.decode(bytes).map([](const Value& value) { return encode_any(value); });
  };
  made.draw = [codec](Draw& draw) { return draw_bytes(codec, draw); };
  made.keeps_value = [codec](Draw& draw) {
    Value value;
    codec.draw(draw, value);
    const auto decoded = codec.decode(encode_any(value));
    return decoded && same(value, *decoded);
  };
  made.differ = [codec](ByteView left, ByteView right) {
    const auto left_value = codec.decode(left);
    const auto right_value = codec.decode(right);
    return left_value && right_value && !same(*left_value, *right_value);
  };
  made.samples = samples_of(codec);
  return made;
}

template <typename Value>
Format format(std::string name, Result<Value> (*decode)(ByteView)) {
  return format<Value>(std::move(name), Codec<Value>{decode});
}

// A union: two samples of each of its kinds.
template <typename Value>
Format union_format(std::string name, Result<Value> (*decode)(ByteView),
                    const std::array<std::string_view, std::variant_size_v<Value>>& kinds) {
  Format made = format<Value>(std::move(name), Codec<Value>{decode});
  made.samples.clear();
  for (std::size_t index = 0; index < kinds.size(); ++index) {
    const Codec<Value> codec{
        decode, [index](Draw& draw, Value& value) { draw_alternative(draw, value, index); }};
    for (const Sample& sample : samples_of(codec)) {
      made.samples.push_back({std::string(kinds[index]) + "." + sample.label, sample.bytes});
    }
  }
  return made;
}

template <typename Body>
Format act_format(std::string name, RecordKind kind) {
  return format<Act>(std::move(name),
                     {[kind](ByteView bytes) { return decode_act(kind, bytes); },
                      [kind](Draw& draw, Act& act) {
                        draw_into(draw, act.place);
                        if (kind == RecordKind::genesis) act.place.act_number = 0;
                        if (kind != RecordKind::genesis && act.place.act_number == 0) {
                          act.place.act_number = 1;
                        }
                        act.place.previous_act.bytes[0] = 1;
                        if (act.place.act_number == 0) act.place.previous_act = RecordId{};
                        draw_into(draw, act.body.emplace<Body>());
                      }});
}

template <typename Body>
Format body_format(std::string name, RecordKind kind) {
  return format<CircleBody>(
      std::move(name),
      {[kind](ByteView bytes) { return decode_circle_body(kind, bytes); },
       [](Draw& draw, CircleBody& body) { draw_into(draw, body.emplace<Body>()); }});
}

void add_records(std::vector<Format>& all) {
  all.push_back(format("record", decode_record));
  all.push_back(format("signed_record", decode_signed_record));
  all.push_back(format("cell", decode_cell));
  all.push_back(format("signed_cell", decode_signed_cell));
  all.push_back(format("leaf_value", decode_leaf_value));
  all.push_back(format("seen_value", decode_seen_value));
  all.push_back(format("opened_value", decode_opened_value));
  all.push_back(format("decree", decode_decree));
  all.push_back(format("approval", decode_approval));
  all.push_back(format("confirmation", decode_confirmation));
  all.push_back(format("event", decode_event));
  all.push_back(body_format<CircleInfo>("body_circle_info", RecordKind::circle_info));
  all.push_back(body_format<Admit>("body_admit", RecordKind::admit));
  all.push_back(body_format<WithdrawGrant>("body_withdraw_grant", RecordKind::withdraw_grant));
  all.push_back(body_format<Stuk>("body_stuk", RecordKind::stuk));
  all.push_back(body_format<Version>("body_version", RecordKind::version));
  all.push_back(body_format<Note>("body_note", RecordKind::note));
  all.push_back(body_format<VersionSignature>("body_signature", RecordKind::signature));
  all.push_back(body_format<Adopt>("body_adopt", RecordKind::adopt));
  all.push_back(body_format<Carry>("body_carry", RecordKind::carry));
  all.push_back(body_format<Refuse>("body_refuse", RecordKind::refuse));
  all.push_back(body_format<JournalEntry>("body_journal", RecordKind::journal));
  all.push_back(body_format<Dropped>("body_dropped", RecordKind::dropped));
}

void add_acts(std::vector<Format>& all) {
  all.push_back(act_format<Genesis>("act_genesis", RecordKind::genesis));
  all.push_back(act_format<Certificate>("act_certify", RecordKind::certify));
  all.push_back(act_format<Remove>("act_remove", RecordKind::remove));
  all.push_back(act_format<Appoint>("act_appoint", RecordKind::appoint));
  all.push_back(act_format<CircleAct>("act_circle", RecordKind::circle));
  all.push_back(act_format<EpochAct>("act_epoch", RecordKind::epoch));
  all.push_back(act_format<Mark>("act_mark", RecordKind::mark));
  all.push_back(act_format<Term>("act_term", RecordKind::term));
  all.push_back(act_format<OpaqueAct>("act_profile", RecordKind::profile));
  all.push_back(act_format<Execute>("act_execute", RecordKind::execute));
  all.push_back(act_format<Withdraw>("act_withdraw", RecordKind::withdraw));
  all.push_back(act_format<OpaqueAct>("act_join", RecordKind::join));
}

void add_epochs(std::vector<Format>& all) {
  all.push_back(format("header", decode_header));
  all.push_back(format("signed_header", decode_signed_header));
  all.push_back(format("boxes", decode_boxes));
  all.push_back(format("list", decode_one_chunk));
  all.push_back(format("sealed_list", decode_sealed_list));
  all.push_back(union_format<Item>("item", decode_item, {"record", "cell", "welcome"}));
  all.push_back(format("welcome_content", decode_welcome_content));
  all.push_back(format("exit_parcel", decode_exit_parcel));
  all.push_back(format("sealed_parcel", decode_sealed_parcel));
  all.push_back(format("epoch_op", decode_epoch_op));
  all.push_back(format("signed_op", decode_signed_op));
  all.push_back(format("commit", decode_commit));
  all.push_back(format("signed_commit", decode_signed_commit));
  all.push_back(format("receipt", decode_receipt));
  all.push_back(format("declaration", decode_declaration));
  all.push_back(format("signed_declaration", decode_signed_declaration));
}

void add_messages(std::vector<Format>& all) {
  all.push_back(union_format<Request>(
      "request", decode_request,
      {"hello", "sync", "fetch", "fetch_slice", "stage", "append", "commit", "watch", "exit",
       "parcels", "hold", "mailbox_make", "mailbox_put", "mailbox_get", "admit_raad", "lift"}));
  all.push_back(union_format<Response>(
      "response", decode_response,
      {"sync", "hello_superseded", "superseded", "fetch", "slice", "stage", "append", "conflict",
       "commit", "later", "parcels", "mailbox", "done", "refused", "push"}));
  all.push_back(format("link", decode_link));
  all.push_back(format("invite_message", decode_invite_message));
  all.push_back(format("join_message", decode_join_message));
  all.push_back(format("admit_message", decode_admit_message));
  all.push_back(format("join_request", decode_join_request));
  all.push_back(format("join_answer", decode_join_answer));
}

}  // namespace

const std::vector<Format>& formats() {
  static const std::vector<Format> all = [] {
    std::vector<Format> made;
    add_records(made);
    add_acts(made);
    add_epochs(made);
    add_messages(made);
    return made;
  }();
  return all;
}

const Format* format_named(std::string_view name) {
  const auto found = std::ranges::find(formats(), name, &Format::name);
  return found == formats().end() ? nullptr : &*found;
}

std::string golden_text(const Format& format) {
  constexpr std::size_t kLine = 96;
  std::string text;
  for (const Sample& sample : format.samples) {
    text += "# " + sample.label + "\n";
    const std::string hex = to_hex(sample.bytes);
    for (std::size_t at = 0; at < hex.size(); at += kLine) text += hex.substr(at, kLine) + "\n";
  }
  return text;
}

std::vector<Sample> parse_golden(std::string_view text) {
  std::vector<Sample> samples;
  std::string hex;
  const auto finish = [&] {
    if (samples.empty()) return;
    samples.back().bytes = from_hex(hex).value_or(Bytes{});
    hex.clear();
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("# ")) {
      finish();
      samples.push_back({std::string(line.substr(2)), {}});
    } else {
      hex += line;
    }
  }
  finish();
  return samples;
}

}  // namespace kluis::test
