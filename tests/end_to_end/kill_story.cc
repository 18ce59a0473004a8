#include "tests/end_to_end/kill_story.h"

#include <algorithm>

#include "sync/client/session.h"
#include "sync/relay/operator.h"
#include "sync/relay/relay.h"
#include "tests/vault/raad_of_vaults.h"
#include "vault/store/document_files.h"

namespace kluis::test {
namespace {

const PasswordHasher& hasher() {
  static const PasswordHasher cheap{test_argon2_cost()};
  return cheap;
}

const Secret<struct StoryReceiptPurpose>& receipt_seed() {
  static SeededEntropy entropy(4);
  static const auto seed = Secret<struct StoryReceiptPurpose>::generate(entropy);
  return seed;
}

// The content of a stuk: several chunks, so that its file is written in several calls.
std::string content_of(const std::string& title, std::size_t size_bytes) {
  std::string content = "inhoud van " + title + " ";
  for (std::size_t i = 0; content.size() < size_bytes; ++i) content += std::to_string(i * 7919);
  return content;
}

std::string version_fact(const std::string& title, std::uint32_t number,
                         const std::string& content) {
  return "version " + title + " " + std::to_string(number) + " of " +
         std::to_string(content.size()) + " bytes " +
         std::to_string(std::hash<std::string>{}(content));
}

// ---- What the steps do ----

Status found(Run& run) {
  KLUIS_TRY(exists, run.exists());
  if (exists) {
    KLUIS_TRY(known, run.vault());
    KLUIS_TRY(status, known->status());
    if (status.state == DeviceState::active) return {};
    run.close();  // cut off before the relay's answer: begun again from nothing
    KLUIS_CHECK(run.discard());
  }
  KLUIS_TRY(vault, run.new_vault());
  Relay relay(run.world().relay, run.world().clock, receipt_seed());
  Device::FoundOptions options;
  options.gemeente = "Zevenhuizen";
  options.person_name = "Griet";
  options.device_name = "laptop";
  options.relay = {"relay.example:4000", RelayKey{}};
  options.receipt_key = relay.receipt_key();
  KLUIS_TRY(voucher, make_voucher(run.world().relay, run.entropy(), kDefaultQuotaBytes));
  KLUIS_TRY(request, vault->found(options, as_bytes(voucher)));
  RelaySession session;
  KLUIS_TRY(outcome, relay.handle(session, request));
  KLUIS_CHECK(vault->founded(std::get<CommitAnswer>(outcome.response).receipt));
  run.acknowledge("state active");
  run.acknowledge("person Griet");
  return {};
}

std::function<Status(Run&)> invites(const std::string& who, const std::string& name) {
  return [who, name](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(made, invite(vault->device(), {std::nullopt, name, {Capacity::raadslid}, false}));
    KLUIS_CHECK(run.sync());
    // The code is told when all is done: who never saw it invites again.
    run.world().invited.insert_or_assign(who, std::move(made));
    return {};
  };
}

Status join(Run& run) {
  const NewInvitation& invited = run.world().invited.at(run.who());
  KLUIS_TRY(exists, run.exists());
  KLUIS_TRY(vault, exists ? run.vault() : run.new_vault());
  Relay relay(run.world().relay, run.world().clock, receipt_seed());
  RelaySession guest;
  KLUIS_TRY(mail, relay.handle(guest, MailboxGetRequest{invited.link.mailbox}));
  const auto messages = std::get<MailboxAnswer>(mail.response).messages;
  KLUIS_CHECK(vault->join_by([&](const Device::Surroundings& around) -> Status {
    KLUIS_TRY(begun, Device::exists(around.store));
    if (begun) return {};
    return begin_joining(around, invited.link, invited.code, messages.at(0), "laptop");
  }));
  return run.sync();
}

Status just_sync(Run& run) {
  return run.sync();
}

// Until the device is admitted.
Status sync_in(Run& run) {
  KLUIS_CHECK(run.sync());
  KLUIS_TRY(vault, run.vault());
  KLUIS_TRY(status, vault->status());
  if (status.state == DeviceState::active) run.acknowledge("state active");
  return {};
}

Status make_dossier(Run& run) {
  KLUIS_TRY(vault, run.vault());
  if (!vault->find_dossier("Gesprek")) {
    KLUIS_CHECK(vault->new_dossier("Gesprek", DossierKind::gesprek, std::nullopt));
  }
  run.acknowledge("dossier Gesprek");
  return {};
}

std::function<Status(Run&)> adds(const std::string& title, std::size_t size_bytes,
                                 bool carries = false) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    const std::string content = content_of(title, size_bytes);
    if (!vault->find_stuk(title)) {
      KLUIS_TRY(dossier, vault->find_dossier("Gesprek"));
      MemorySource source(as_bytes(content));
      KLUIS_CHECK(vault->add(dossier, {title + ".txt", content.size(), source}, "verslag", title));
    }
    run.acknowledge("stuk " + title);
    run.acknowledge(version_fact(title, 1, content));
    return carries ? run.sync() : Status();
  };
}

std::function<Status(Run&)> adds_version(const std::string& title, std::size_t size_bytes) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(stuk, vault->find_stuk(title));
    KLUIS_TRY(row, vault->stuk(stuk));
    const std::string content = content_of(title + " twee", size_bytes);
    if (row.version < 2) {
      MemorySource source(as_bytes(content));
      KLUIS_CHECK(vault->add_version(stuk, {"twee.txt", content.size(), source}));
    }
    run.acknowledge(version_fact(title, 2, content));
    return run.sync();
  };
}

// Before anybody saw it.
std::function<Status(Run&)> takes_back(const std::string& title) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    const auto stuk = vault->find_stuk(title);
    return stuk ? vault->undo(*stuk) : Status();
  };
}

std::function<Status(Run&)> notes(const std::string& title, const std::string& text,
                                  bool carries = false) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(stuk, vault->find_stuk(title));
    KLUIS_TRY(rows, vault->notes(stuk));
    const bool there =
        std::any_of(rows.begin(), rows.end(), [&](const NoteRow& row) { return row.text == text; });
    if (!there) KLUIS_CHECK(vault->note(stuk, std::nullopt, text));
    run.acknowledge("note " + title + " " + text);
    return carries ? run.sync() : Status();
  };
}

std::function<Status(Run&)> signs(const std::string& title, const std::string& name) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(stuk, vault->find_stuk(title));
    const auto made = vault->sign(stuk);
    if (!made && made.error().key != "sign.already") return tl::unexpected<Error>(made.error());
    run.acknowledge("signed " + title + " 1 " + name);
    return {};
  };
}

std::function<Status(Run&)> reads(const std::string& title, const std::string& name) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(stuk, vault->find_stuk(title));
    // The opening is recorded before the first byte is shown.
    const std::string opening = "journal " + name + " open " + title;
    struct Screen final : ByteSink {
      Status write(ByteView source) override {
        if (!source.empty() && !run->acknowledged().contains(opening)) run->acknowledge(opening);
        return {};
      }
      Run* run = nullptr;
      std::string opening;
    } screen;
    screen.run = &run;
    screen.opening = opening;
    return vault->read(stuk, std::nullopt, screen);
  };
}

Result<PersonId> person_called(Vault& vault, const std::string& name) {
  KLUIS_TRY(people, vault.people());
  for (const PersonRow& row : people) {
    if (row.name == name && row.state != "invited") return row.person;
  }
  return fail(ErrorKind::no_access, "person.unknown");
}

// `times`: how often the person will have been granted access when this is done.
std::function<Status(Run&)> grants(const std::string& name, std::size_t times) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(person, person_called(*vault, name));
    KLUIS_TRY(dossier, vault->find_dossier("Gesprek"));
    KLUIS_TRY(journal, vault->journal(std::nullopt));
    const auto done = std::count_if(
        journal.begin(), journal.end(),
        [&](const RegisterEntry& entry) { return entry.act == "grant" && entry.subject == name; });
    if (static_cast<std::size_t>(done) < times) {
      KLUIS_CHECK(vault->grant(person, dossier, std::nullopt, {}));
    }
    for (std::size_t i = 0; i < times; ++i) run.acknowledge("journal Griet grant " + name);
    KLUIS_CHECK(run.sync());
    run.acknowledge("reader " + name);
    return {};
  };
}

std::function<Status(Run&)> revokes(const std::string& name, bool from_dossier) {
  return [=](Run& run) -> Status {
    KLUIS_TRY(vault, run.vault());
    KLUIS_TRY(person, person_called(*vault, name));
    std::optional<DossierId> dossier;
    if (from_dossier) {
      KLUIS_TRY(found, vault->find_dossier("Gesprek"));
      dossier = found;
    }
    const Status gone = vault->revoke(person, dossier);
    const bool was_gone =
        !gone && (gone.error().key == "grant.none" || gone.error().key == "person.not_active");
    if (!was_gone) KLUIS_CHECK(gone);
    return run.sync();
  };
}

std::function<Status(Run&)> changes_passphrase(const std::string& next) {
  return [=](Run& run) -> Status {
    if (run.laptop().passphrase == next) return {};
    KLUIS_TRY(vault, run.vault());
    run.laptop().next_passphrase = next;
    KLUIS_CHECK(vault->change_passphrase(as_bytes(next)));
    run.laptop().passphrase = next;
    run.laptop().next_passphrase.clear();
    return {};
  };
}

Facts without_repeated_openings(const Facts& facts) {
  Facts result;
  for (const std::string& fact : facts) {
    const bool is_opening = fact.find(" open ") != std::string::npos;
    if (!is_opening || !result.contains(fact)) result.insert(fact);
  }
  return result;
}

Status add_stuk_facts(Vault& vault, const StukRow& row, Facts& facts) {
  facts.insert("stuk " + row.title);
  KLUIS_TRY(notes, vault.notes(row.stuk));
  for (const NoteRow& note : notes) facts.insert("note " + row.title + " " + note.text);
  KLUIS_TRY(people, vault.people());
  KLUIS_TRY(versions, vault.versions(row.stuk));
  for (const VersionRow& version : versions) {
    for (const PersonRow& person : people) {
      if (std::count(version.signed_by.begin(), version.signed_by.end(), person.person) > 0) {
        facts.insert("signed " + row.title + " " + std::to_string(version.number) + " " +
                     person.name);
      }
    }
    if (!version.is_here) continue;
    MemorySink content;
    KLUIS_CHECK(vault.read(row.stuk, version.number, content));
    facts.insert(version_fact(row.title, version.number, content.text()));
  }
  return {};
}

Status add_facts(Vault& vault, Facts& facts) {
  KLUIS_TRY(people, vault.people());
  for (const PersonRow& row : people) {
    if (row.state != "invited") facts.insert("person " + row.name);
  }
  KLUIS_TRY(journal, vault.journal(std::nullopt));
  for (const RegisterEntry& entry : journal) {
    facts.insert("journal " + entry.person_name + " " + entry.act + " " + entry.subject);
  }
  KLUIS_TRY(dossiers, vault.dossiers());
  for (const DossierRow& row : dossiers) {
    facts.insert("dossier " + row.title);
    KLUIS_TRY(who, vault.who(row.dossier.hex()));
    for (const Reader& reader : who.readers) facts.insert("reader " + reader.name);
  }
  KLUIS_TRY(stukken, vault.stukken(std::nullopt));
  for (const StukRow& row : stukken) KLUIS_CHECK(add_stuk_facts(vault, row, facts));
  return {};
}

}  // namespace

// ---- Run ----

Run::Run(World& world, const std::string& who, KillSwitch& disks)
    : world_(world), who_(who), disks_(disks), entropy_(1000 + ++world.run_count) {
  world_.clock.advance_ms(1000);
}

Run::~Run() = default;

Vault::Surroundings Run::around() {
  return {disks_.disk(), disks_.documents(), world_.clock, entropy_, hasher(), 1};
}

Result<bool> Run::exists() {
  return Vault::exists(disks_.disk());
}
Status Run::discard() {
  return Vault::discard(disks_.disk());
}

Result<Vault*> Run::vault() {
  if (vault_) return &*vault_;
  StoryLaptop& mine = laptop();
  auto vault = Vault::open(around(), as_bytes(mine.passphrase));
  if (!vault && vault.error().key == "slot.wrong_passphrase" && !mine.next_passphrase.empty()) {
    vault = Vault::open(around(), as_bytes(mine.next_passphrase));
    if (vault) mine.passphrase = mine.next_passphrase;
  }
  if (!vault) return tl::unexpected<Error>(vault.error());
  return &vault_.emplace(std::move(*vault));
}

Result<Vault*> Run::new_vault() {
  laptop().passphrase = "vier woorden van " + who_;
  KLUIS_TRY(vault, Vault::create(around(), as_bytes(laptop().passphrase)));
  return &vault_.emplace(std::move(vault));
}

void Run::close() {
  vault_.reset();
}

Status Run::sync() {
  KLUIS_TRY(vault, this->vault());
  Relay relay(world_.relay, world_.clock, receipt_seed());
  RelaySession connection;
  connection.handshake_hash.resize(64);
  entropy_.fill(connection.handshake_hash);
  FilesPort port(vault->documents());
  Session session(vault->device(), {connection.handshake_hash, false, &port});
  const auto converse = [&]() -> Status {
    while (true) {
      KLUIS_TRY(request, session.next());
      if (!request) return {};
      KLUIS_TRY(outcome, relay.handle(connection, *request));
      KLUIS_CHECK(session.receive(outcome.response));
    }
  };
  const Status conversed = converse();
  const Status after = vault->after_sync(conversed.has_value());
  // As the program: what went wrong on the disk first is what is told.
  if (!conversed && conversed.error().kind == ErrorKind::disk) return conversed;
  KLUIS_CHECK(after);
  return conversed;
}

Played play(World& world, const Step& step, std::optional<Strike> strike) {
  StoryLaptop& laptop = world.laptops[step.who];
  KillSwitch disks(laptop.disk, laptop.documents);
  if (strike) disks.strike_at(strike->call, strike->fault, strike->repeat);
  Played played;
  Run run(world, step.who, disks);
  played.status = step.act(run);
  run.close();
  played.acknowledged = run.acknowledged();
  played.call_count = disks.call_count();
  played.died = disks.is_dead();
  return played;
}

Result<Facts> facts_of(const World& world, const std::string& who) {
  World copy = world;
  StoryLaptop& laptop = copy.laptops[who];
  KillSwitch disks(laptop.disk, laptop.documents);
  Run run(copy, who, disks);
  KLUIS_TRY(exists, run.exists());
  if (!exists) return Facts{"none"};
  KLUIS_TRY(vault, run.vault());
  KLUIS_TRY(status, vault->status());
  Facts facts;
  const char* const states[] = {"waiting", "active", "removed"};
  facts.insert(std::string("state ") + states[static_cast<int>(status.state)]);
  for (const AlarmRow& alarm : status.alarms) facts.insert("alarm " + alarm.code);
  if (status.state == DeviceState::active) KLUIS_CHECK(add_facts(*vault, facts));
  return without_repeated_openings(facts);
}

std::string head_of(const World& world, const std::string& who) {
  World copy = world;
  StoryLaptop& laptop = copy.laptops[who];
  KillSwitch disks(laptop.disk, laptop.documents);
  Run run(copy, who, disks);
  const auto vault = run.vault();
  if (!vault) return vault.error().key;
  const auto status = (*vault)->status();
  const auto epochs = (*vault)->epochs(std::nullopt);
  if (!status || !epochs) return "unreadable";
  std::string head = status->head.act_id.hex();
  std::set<std::string> circles;
  for (const CircleEpoch& epoch : *epochs) {
    circles.insert(" " + epoch.circle.hex() + "@" + std::to_string(epoch.number));
  }
  for (const std::string& circle : circles) head += circle;
  return head;
}

std::vector<Step> story() {
  const std::string g = "griffier";
  const std::string a = "anna";
  const std::string b = "bram";
  return {
      {"found", g, found},
      {"sync after founding", g, just_sync},
      {"invite Anna", g, invites(a, "Anna")},
      {"join", a, join},
      {"admit Anna", g, just_sync},
      {"learn of it", a, sync_in},
      {"invite Bram", g, invites(b, "Bram")},
      {"join", b, join},
      {"admit Bram", g, just_sync},
      {"learn of it", b, sync_in},
      {"new dossier", g, make_dossier},
      {"add Verslag", g, adds("Verslag", 150'000)},
      {"grant Anna", g, grants("Anna", 1)},
      {"fetch", a, just_sync},
      {"read Verslag", a, reads("Verslag", "Anna")},
      {"note", a, notes("Verslag", "van Anna")},
      {"sign", a, signs("Verslag", "Anna")},
      {"add Bijlage", a, adds("Bijlage", 70'000)},
      {"carry", a, just_sync},
      {"grant Bram", g, grants("Bram", 1)},
      {"fetch", b, just_sync},
      {"note offline", b, notes("Verslag", "van Bram")},
      {"add Weg", a, adds("Weg", 20)},
      {"take it back", a, takes_back("Weg")},
      {"passphrase change", a, changes_passphrase("zeven andere woorden van Anna")},
      {"note and carry", a, notes("Bijlage", "nog iets", true)},
      {"add and carry", b, adds("Van Bram", 5'000, true)},
      {"fetch", g, just_sync},
      {"read Bijlage", g, reads("Bijlage", "Griet")},
      {"revoke Bram from it", g, revokes("Bram", true)},
      {"forget it", b, just_sync},
      {"grant Bram again", g, grants("Bram", 2)},
      {"fetch again", b, just_sync},
      {"second version", g, adds_version("Verslag", 80'000)},
      {"fetch", a, just_sync},
      {"remove Bram", g, revokes("Bram", false)},
      {"erase", b, just_sync},
      {"passphrase change", g, changes_passphrase("nieuwe woorden van de griffier")},
      {"add Daarna", g, adds("Daarna", 3'000, true)},
      {"fetch", a, just_sync},
      {"read Daarna", a, reads("Daarna", "Anna")},
      {"carry the opening", a, just_sync},
      {"fetch the opening", g, just_sync},
      {"the last word", a, just_sync},
  };
}

}  // namespace kluis::test
