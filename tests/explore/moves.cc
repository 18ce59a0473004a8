#include "tests/explore/moves.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tests/explore/lies.h"
#include "tests/explore/visit.h"
#include "vault/core/record.h"
#include "vault/crypto/hash.h"

namespace kluis::test {
namespace {

constexpr std::size_t kWritesMax = 16;
constexpr std::size_t kAnswerCircles = 2;
constexpr std::size_t kLieRadix = 16;

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "explore: %s\n", error.key.c_str());
  std::abort();
}

// One move being made.
class Mover {
 public:
  Mover(Flights& flights, const Setting& setting, const Scenario& scenario, const State& before,
        const Move& move)
      : flights_(flights),
        setting_(setting),
        scenario_(scenario),
        move_(move),
        result_{before, {}} {
    result_.happened.device = move.device;
  }

  std::optional<Successor> make() {
    State& state = result_.state;
    switch (move_.kind) {
      case MoveKind::act:
        return act() ? done() : std::nullopt;
      case MoveKind::begin:
        return begin();
      case MoveKind::step:
        return landed(flights_.step(flight(), relay(), {grain(), 0}));
      case MoveKind::lose_request:
        --state.faults_left;
        lose_request();
        return done();
      case MoveKind::lose_answer:
        --state.faults_left;
        land(flights_.lose_answer(flight(), relay()));
        return done();
      case MoveKind::crash:
        --state.faults_left;
        return landed(flights_.step(flight(), relay(), {scenario_.grain, move_.number}));
      case MoveKind::lie:
        --state.lies_left;
        return lie();
      case MoveKind::copy:
        state.copies.push_back(state.relays.front());
        return done();
      case MoveKind::restore:
        --state.lies_left;
        if (state.relays.front() == state.copies[move_.number]) return std::nullopt;
        state.relays.front() = state.copies[move_.number];
        return done();
      case MoveKind::fork:
        --state.lies_left;
        state.relays.push_back(state.relays.front());
        return done();
      case MoveKind::transplant:
        --state.lies_left;
        state.relays.back() = with_cells_of(setting_, state.relays.back(), state.relays.front());
        return done();
    }
    return std::nullopt;
  }

 private:
  std::optional<Successor> done() { return std::move(result_); }

  const FlightPtr& flight() { return result_.state.flights[move_.device]; }
  RelayImagePtr& relay() { return result_.state.relays[flight()->relay]; }
  // A lie can be told at any request.
  [[nodiscard]] Grain grain() const {
    return result_.state.lies_left != 0 && !scenario_.lie_kinds.empty() ? Grain::request
                                                                        : scenario_.grain;
  }

  void freeze(DeviceImagePtr image) {
    DeviceImagePtr& place = result_.state.devices[move_.device];
    if (image->print == place->print) return;
    if (!image->removed) edit().last_live[move_.device] = image;
    place = std::move(image);
  }

  Facts& edit() {
    if (!edited_) {
      edited_ = std::make_shared<Facts>(*result_.state.facts);
      result_.state.facts = edited_;
    }
    return *edited_;
  }

  // ---- Acts ----

  bool act() {
    const Act& act = scenario_.acts[move_.number];
    result_.state.acts_done |= std::uint64_t{1} << move_.number;
    const DeviceImage& image = *result_.state.devices[move_.device];
    Pilot pilot(setting_, image,
                seed_from(Printer().add(image.print).add(std::uint64_t{move_.number}).print()));
    auto device = Device::load(pilot.around());
    if (!device) stop(device.error());
    if (device->state() != DeviceState::active || !perform(*device, act)) return false;
    freeze(std::make_shared<const DeviceImage>(pilot.store));
    return true;
  }

  bool perform(Device& device, const Act& act) {
    const PersonId& person = setting_.persons[act.subject];
    switch (act.kind) {
      case ActKind::write: {
        Note note;
        note.text = setting_.names[move_.device] + std::to_string(move_.number);
        const auto record = device.add(
            {setting_.circle, RecordKind::note, encode(note), BlobName{}, OutboxKind::record});
        if (record) edit().notes.emplace_back(move_.device, record->id());
        return record.has_value();
      }
      case ActKind::revoke: {
        RemoveIntent wish;
        wish.person = person;
        wish.devices = {setting_.devices[act.subject]};
        edit().removal_wished[act.subject] = true;
        edit().revoked[act.subject] = true;
        return device.wish(wish).has_value();
      }
      case ActKind::drop:
        edit().removal_wished[act.subject] = true;
        return device.wish_drop(setting_.circle, person).has_value();
      case ActKind::admit:
        return device.wish_admit(setting_.circle, person, DossierRole::lid).has_value();
      case ActKind::reseal_circle:
        return device.wish(ResealIntent{setting_.circle}).has_value();
      case ActKind::reseal_roll:
        return device.wish(ResealIntent{setting_.roll}).has_value();
      case ActKind::rotate:
        return device.rows()
            .store()
            .transact([&] { return device.rows().set_local_number("rotate_due", 1); })
            .has_value();
    }
    return false;
  }

  // ---- Sessions ----

  std::optional<Successor> begin() {
    State& state = result_.state;
    --state.sessions_left[move_.device];
    const auto branch = static_cast<unsigned>(move_.number);
    land(flights_.begin(move_.device, state.devices[move_.device], state.relays[branch], branch));
    if (!flight()) return result_.happened.ended ? done() : std::nullopt;
    // Where nobody lies there is nothing to choose before the first answer.
    if (scenario_.lies != 0) return done();
    return landed(flights_.step(flight(), relay(), {grain(), 0}));
  }

  // Whoever kept it from the relay has seen it.
  void lose_request() {
    const std::shared_ptr<const Request> request = flight()->pending;
    result_.state.tape = Tape::with(result_.state.tape, *request);
    const auto* commit = std::get_if<CommitRequest>(request.get());
    if (commit != nullptr) note_commit(commit->commit, LaterAnswer{});
    result_.state.flights[move_.device].reset();
  }

  std::optional<Successor> lie() {
    const Lie kind = scenario_.lie_kinds[move_.number / kLieRadix];
    return landed(
        flights_.lie(flight(), relay(), result_.state.copies, kind, move_.number % kLieRadix));
  }

  std::optional<Successor> landed(const std::optional<Effect>& effect) {
    if (!effect) return std::nullopt;
    land(*effect);
    return done();
  }

  void land(const Effect& effect) {
    State& state = result_.state;
    if (effect.relay && flight()) relay() = effect.relay;
    if (effect.device) freeze(effect.device);
    state.flights[move_.device] = effect.flight;
    for (const Exchange& exchange : effect.exchanges) {
      state.tape = Tape::with(state.tape, *exchange.request);
      if (exchange.genuine) note(*exchange.request, *exchange.response);
      result_.happened.exchanges.push_back(exchange);
    }
    result_.happened.ended = effect.ended;
    result_.happened.too_long = effect.too_long;
  }

  // ---- What the rules have to know ----

  void note(const Request& request, const Response& response) {
    const auto* append = std::get_if<AppendRequest>(&request);
    if (append != nullptr && !append->blobs.empty()) note_record(*append, response);
    const auto* commit = std::get_if<CommitRequest>(&request);
    if (commit != nullptr) note_commit(commit->commit, response);
  }

  void note_record(const AppendRequest& append, const Response& response) {
    const auto& landed = result_.state.facts->removal_landed;
    const std::uint64_t last = *std::max_element(landed.begin(), landed.end());
    if (last != 0 && std::holds_alternative<AppendAnswer>(response)) {
      edit().late.insert(append.blobs.begin(), append.blobs.end());
    } else {
      edit().early.insert(append.blobs.begin(), append.blobs.end());
    }
  }

  void note_commit(const SignedCommit& commit, const Response& response) {
    const auto decoded = decode_commit(commit.bytes);
    if (!decoded) return;
    const auto hash = hash_as<Digest>("commit", {commit.bytes});
    SentCommit* sent = nullptr;
    for (SentCommit& known : edit().commits) {
      if (known.hash == hash) sent = &known;
    }
    if (sent == nullptr) {
      edit().commits.push_back({commit.signer, decoded->expect.commit_number, hash, false});
      sent = &edit().commits.back();
    }
    sent->dead = sent->dead || std::holds_alternative<ConflictAnswer>(response);
    if (!std::holds_alternative<CommitAnswer>(response)) return;
    for (const EpochChange& change : decoded->epochs) {
      const auto header = VerifiedHeader::from(change.signed_header);
      if (!header) continue;
      const auto& tags = header->header().removed;
      for (std::size_t i = 0; i < setting_.size(); ++i) {
        const RemovedTag tag = removed_tag(header->header().circle, setting_.devices[i]);
        const bool tagged = std::find(tags.begin(), tags.end(), tag) != tags.end();
        if (tagged && edit().removal_landed[i] == 0) {
          edit().removal_landed[i] = decoded->expect.commit_number + 1;
        }
      }
    }
  }

  Flights& flights_;
  const Setting& setting_;
  const Scenario& scenario_;
  const Move move_;
  Successor result_;
  std::shared_ptr<Facts> edited_;
};

}  // namespace

std::vector<Move> moves_of(const Scenario& scenario, const State& state) {
  std::vector<Move> moves;
  std::size_t flying = 0;
  for (const FlightPtr& flight : state.flights) flying += flight ? 1 : 0;
  std::vector<bool> turned(state.devices.size());
  for (std::size_t i = 0; i < scenario.acts.size(); ++i) {
    const Act& act = scenario.acts[i];
    const bool done = (state.acts_done >> i & 1U) != 0;
    const bool free = !done && !state.flights[act.device] && !turned[act.device];
    if (free) moves.push_back({MoveKind::act, act.device, i});
    if (free && scenario.acts_in_order) turned[act.device] = true;
  }
  for (std::size_t device = 0; device < state.devices.size(); ++device) {
    if (state.flights[device]) {
      moves.push_back({MoveKind::step, device, 0});
      if (state.faults_left > 0) {
        moves.push_back({MoveKind::lose_request, device, 0});
        moves.push_back({MoveKind::lose_answer, device, 0});
        for (std::size_t write = 2; write <= kWritesMax; ++write) {
          moves.push_back({MoveKind::crash, device, write});
        }
      }
      for (std::size_t i = 0; state.lies_left > 0 && i < scenario.lie_kinds.size(); ++i) {
        for (std::size_t index = 0; index < kAnswerCircles; ++index) {
          moves.push_back({MoveKind::lie, device, i * kLieRadix + index});
        }
      }
    } else if (state.sessions_left[device] > 0 && flying < scenario.flights_max) {
      for (std::size_t relay = 0; relay < state.relays.size(); ++relay) {
        moves.push_back({MoveKind::begin, device, relay});
      }
    }
  }
  if (state.lies_left == 0) return moves;
  if (state.copies.size() < scenario.copies) moves.push_back({MoveKind::copy, 0, 0});
  for (std::size_t i = 0; scenario.restores && i < state.copies.size(); ++i) {
    moves.push_back({MoveKind::restore, 0, i});
  }
  if (scenario.forks && state.relays.size() == 1) moves.push_back({MoveKind::fork, 0, 0});
  if (scenario.transplants && state.relays.size() == 2) {
    moves.push_back({MoveKind::transplant, 0, 0});
  }
  return moves;
}

std::optional<Successor> after(Flights& flights, const Setting& setting, const Scenario& scenario,
                               const State& state, const Move& move) {
  return Mover(flights, setting, scenario, state, move).make();
}

std::string described(const Setting& setting, const Scenario& scenario, const Move& move,
                      const Happened& happened) {
  static constexpr const char* kMoves[] = {"act",
                                           "begins",
                                           "steps",
                                           "loses the request",
                                           "loses the answer",
                                           "crashes at write",
                                           "is lied to",
                                           "copy",
                                           "restore",
                                           "fork",
                                           "transplant"};
  static constexpr const char* kActs[] = {
      "writes",     "revokes", "drops", "admits", "wants a circle reseal", "wants a roll reseal",
      "leaf is due"};
  std::string text = setting.names[move.device] + " ";
  if (move.kind == MoveKind::act) {
    const Act& act = scenario.acts[move.number];
    return text + kActs[static_cast<std::size_t>(act.kind)] + " " + setting.names[act.subject];
  }
  text += kMoves[static_cast<std::size_t>(move.kind)];
  if (move.number != 0) text += " " + std::to_string(move.number);
  for (const Exchange& exchange : happened.exchanges) {
    if (std::holds_alternative<StageRequest>(*exchange.request)) continue;
    text += std::string(", ") + name_of(*exchange.request) + " -> " + name_of(*exchange.response);
  }
  if (happened.ended) text += ", ends with " + happened.ended->key;
  return text;
}

}  // namespace kluis::test
