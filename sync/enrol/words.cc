#include "sync/enrol/words.h"

#include <algorithm>
#include <array>

#include "proto/assert.h"

namespace kluis {
namespace {

// Sorted. Four letters tell any two of them apart.
constexpr std::array<std::string_view, kWordCount> kWords = {
    // clang-format off
    "aanbod", "aandacht", "aankomst", "aanleg", "aanrecht", "aardbei", "abrikoos", "achter",
    "actie", "adelaar", "adres", "advies", "afdak", "afdeling", "afhalen", "aflopen", "afrit",
    "afscheid", "afspraak", "afwas", "agenda", "alarm", "album", "amandel", "ananas", "andijvie",
    "anjer", "antenne", "antwoord", "apart", "appel", "applaus", "april", "arend", "armband",
    "artikel", "asfalt", "atlas", "augurk", "auto", "avocado", "avond", "azijn", "bagage",
    "bakfiets", "bakker", "baksteen", "balans", "balkon", "ballet", "bamboe", "banaan", "batterij",
    "bedanken", "bedrijf", "beeld", "begin", "behang", "beitel", "beneden", "benzine", "bereik",
    "bergtop", "bericht", "beroemd", "besluit", "betalen", "beton", "beurs", "bevroren", "bewaker",
    "beweging", "bewolkt", "bezem", "bezig", "bezoek", "bibberen", "bieden", "biet", "bijlage",
    "bijna", "biljart", "binnen", "bioscoop", "blaadje", "bladeren", "blaffen", "blauw", "blij",
    "blikje", "bloesem", "blokken", "blouse", "blussen", "bodem", "boeket", "boer", "boete",
    "bonbon", "boog", "boomhut", "borduren", "borstel", "bosbes", "bosrand", "botsing", "bouwen",
    "boven", "braam", "brand", "breien", "brengen", "brief", "bril", "broccoli", "broeikas",
    "brommer", "brons", "broodje", "brug", "bruisen", "buffel", "buidel", "buiten", "bumper",
    "burger", "buurman", "cactus", "camera", "camping", "caravan", "cement", "centrum", "chocola",
    "cijfer", "circus", "cirkel", "citroen", "clown", "concert", "controle", "cursus", "dagboek",
    "daglicht", "dakgoot", "dakpan", "dakraam", "dammen", "dankbaar", "dansen", "dapper", "datum",
    "december", "deeg", "deksel", "delen", "denken", "dertig", "detail", "deukje", "deur",
    "diamant", "dienst", "diep", "dijk", "dikte", "dinsdag", "diploma", "direct", "dobbelen",
    "doel", "dokter", "dolfijn", "domino", "donker", "dooier", "doolhof", "doosje", "dorp", "dorst",
    "douche", "draad", "dragen", "drempel", "drie", "drijven", "drinken", "dromen", "droog",
    "druif", "drukken", "drumstel", "druppel", "dubbel", "duikbril", "duin", "duister", "duizend",
    "duwen", "dweil", "echo", "eekhoorn", "eend", "eenzaam", "eerlijk", "eerste", "eetlepel",
    "eetzaal", "einde", "elastiek", "elftal", "emmer", "energie", "envelop", "erwt", "etalage",
    "eten", "etiket", "examen", "fabriek", "fakkel", "familie", "fantasie", "favoriet", "fazant",
    "februari", "feestdag", "festival", "fiets", "figuur", "film", "filter", "flamingo", "fles",
    "flink", "fluit", "fluweel", "folie", "fonkelen", "fontein", "fornuis", "foto", "framboos",
    "friet", "fris", "galerij", "garage", "garnaal", "gastheer", "gazon", "gebaar", "gebied",
    "gebruik", "gedachte", "gedicht", "geduld", "geel", "geheim", "geitje", "geldig", "gelijk",
    "geluid", "gemak", "gember", "gemeente", "genieten", "genoeg", "gerecht", "geschenk", "gesprek",
    "gevoel", "gewoon", "gezin", "gezond", "gids", "gieter", "giraf", "gisteren", "gitaar", "glad",
    "glans", "glazen", "gletsjer", "glijbaan", "glimlach", "gloeien", "golf", "gordijn", "goudvis",
    "grap", "gratis", "grendel", "grind", "groente", "grot", "gymzaal", "haak", "hagel", "halen",
    "halte", "hamer", "hamster", "handvat", "hanglamp", "hapje", "haring", "harmonie", "harp",
    "hazelaar", "heide", "helder", "helft", "helling", "helm", "helpen", "hengel", "herberg",
    "herfst", "herhalen", "hert", "heuvel", "hitte", "hobby", "hockey", "hoek", "hoepel", "honderd",
    "honger", "honing", "honkbal", "hoogte", "hooi", "hoorn", "horizon", "horloge", "hotel",
    "houten", "houvast", "huilen", "huiswerk", "hulp", "humeur", "humor", "huppelen", "huren",
    "hutje", "huwelijk", "idee", "iglo", "ijsbaan", "ijsje", "ijskoud", "ijspret", "indruk",
    "ingang", "inhoud", "inkomen", "inktvis", "inpakken", "insect", "internet", "inwoner",
    "inzicht", "jager", "januari", "jarig", "jasje", "jaszak", "jeugd", "jongen", "journaal",
    "jubileum", "judo", "juffrouw", "juichen", "jungle", "jurk", "juweel", "kaart", "kabouter",
    "kajak", "kakelen", "kalender", "kalf", "kalkoen", "kameel", "kamille", "kamperen", "kanarie",
    "kano", "kantoor", "kapitein", "kapstok", "karamel", "karper", "karton", "kassa", "kastanje",
    "katapult", "katoen", "katrol", "kazerne", "keizer", "kelner", "keramiek", "kerk", "kerstmis",
    "ketel", "ketting", "keuken", "keurig", "keuze", "kever", "kiezel", "kijken", "kikker", "kind",
    "klaar", "klant", "klarinet", "klassiek", "klaver", "kleding", "kleed", "klein", "kletsen",
    "kleur", "klimop", "klinker", "klok", "klomp", "klontje", "klooster", "kneden", "knoflook",
    "knoop", "knotwilg", "knuffel", "koala", "koekje", "koelkast", "koets", "koffie", "kokos",
    "komeet", "kompas", "koolmees", "koopman", "koppel", "koraal", "korenaar", "korting", "kostuum",
    "koud", "kozijn", "kraai", "kracht", "krans", "kreeft", "krekel", "kriebel", "krijt", "kring",
    "kristal", "krokodil", "kroon", "kruid", "krul", "kubus", "kudde", "kuiken", "kunst", "kussen",
    "kwartet", "kwast", "kweker", "laars", "label", "laden", "lammeren", "lamp", "landgoed",
    "langzaam", "lantaarn", "lastig", "lavendel", "lawaai", "lawine", "leegte", "leesboek",
    "lekker", "lelie", "lepel", "leraar", "leuning", "leveren", "lezen", "liedje", "liefde", "lift",
    "liggen", "lijm", "lijst", "limonade", "linzen", "liter", "logeren", "loket", "loods", "loper",
    "loslaten", "luchtig", "lucifer", "luifel", "luik", "luipaard", "lunch", "maaltijd", "maan",
    "machine", "madelief", "magazijn", "magneet", "makreel", "mandje", "manege", "mango", "manier",
    "mantel", "marathon", "markt", "marmer", "masker", "matroos", "meeuw", "melden", "melk",
    "melodie", "mengen", "menu", "meter", "metro", "meubel", "middag", "mier", "miljoen", "minder",
    "minuut", "missen", "mist", "mobiel", "model", "moeder", "moeite", "moeras", "mogelijk",
    "molen", "moment", "monteur", "monument", "morgen", "mosterd", "motor", "muis", "munt",
    "museum", "mutsje", "muziek", "naald", "naam", "naderen", "najaar", "nakijken", "narcis",
    "nasi", "natuur", "nauw", "nazomer", "neef", "negentig", "nest", "netjes", "netwerk", "nevel",
    "nieuw", "nijptang", "nodig", "noorden", "nootje", "normaal", "notaris", "noteren", "november",
    "nuchter", "nummer", "nuttig", "oceaan", "ochtend", "oefenen", "oerwoud", "ogenblik", "oktober",
    "olifant", "olijf", "omelet", "omgeving", "omhoog", "omkeren", "omlaag", "ommetje", "omroep",
    "omweg", "onbekend", "onderweg", "onkruid", "ontbijt", "ontwerp", "onweer", "onzin", "oogst",
    "ooievaar", "oosten", "opdracht", "opeens", "opening", "opera", "opeten", "opgave", "ophalen",
    "oplossen", "opname", "opnieuw", "oprit", "opruimen", "opslag", "opstel", "optellen", "optocht",
    "optreden", "opvang", "opzij", "oranje", "orgel", "orkaan", "orkest", "otter", "ovaal",
    "overkant", "paadje", "pagina", "paleis", "paling", "palm", "papier", "paprika", "parade",
    "parel", "parkeren", "partner", "pasfoto", "paspoort", "passen", "pasta", "patat", "pauze",
    "pedaal", "pelikaan", "penseel", "peper", "perfect", "perron", "perzik", "petje", "piano",
    "pijl", "piloot", "pinda", "pingpong", "piraat", "pizza", "plaats", "plafond", "plank",
    "plastic", "pleister", "plezier", "ploeg", "plons", "plukken", "podium", "poetsen", "poffer",
    "politie", "pompoen", "pony", "poort", "poppen", "portret", "postbode", "potlood", "prachtig",
    "praktijk", "praten", "precies", "pret", "prijs", "prikbord", "printer", "proef", "project",
    "pruik", "publiek", "puree", "puzzel", "raadsel", "rabarber", "radijs", "rails", "raket",
    "rasp", "ratel", "recept", "reclame", "regen", "reiger", "rekenen", "rendier", "renner",
    "restje", "retour", "reuzen", "richting", "ridder", "riem", "rijden", "rijp", "ringen", "ritje",
    "rits", "rivier", "robijn", "robot", "roepen", "roest", "roltrap", "roman", "rondje", "room",
    "rooster", "rotonde", "route", "rubber", "rugzak", "ruimte", "ruiter", "rups", "rustig",
    "salade", "salon", "sandaal", "sardine", "sauna", "saus", "schaduw", "scherp", "schilder",
    "schotel", "schrift", "schuif", "scooter", "seconde", "seizoen", "selderij", "serie", "servet",
    "sieraad", "signaal", "simpel", "sirene", "sjaal", "slaap", "slagroom", "slang", "slee",
    "slepen", "sleutel", "slim", "slinger", "slot", "sluier", "smaak", "smeden", "smelten", "smid",
    "snavel", "sneetje", "snel", "snipper", "snoek", "sorteren", "spaarpot", "spannend", "specht",
    "spek", "spelen", "spiegel", "spijker", "spin", "spons", "spoor", "spreeuw", "sprookje",
    "spruitje", "stad", "stapel", "station", "steeg", "steiger", "stekker", "stempel", "sterk",
    "steun", "stijl", "stilte", "stip", "stoel", "stok", "storm", "strand", "streep", "strijken",
    "struik", "studie", "sturen", "stuur", "suiker", "taal", "tablet", "tachtig", "tafel", "takken",
    "talent", "tapijt", "tarwe", "taxi", "tegel", "tekening", "tekst", "telefoon", "teller",
    "tempo", "tennis", "terras", "terug", "theater", "thee", "tijdig", "tillen", "timmeren",
    "titel", "tocht", "toegang", "toekomst", "toerist", "tomaat", "toon", "toren", "tosti",
    "totaal", "tractor", "trainer", "trapje", "trechter", "trein", "trekker", "tribune", "trommel",
    "trots", "trui", "tuinman", "tunnel", "turnen", "twaalf", "tweeling", "twijfel", "twintig",
    "uiltje", "uitgang", "uitkomst", "uitleg", "uitnodig", "uitrit", "uitzicht", "uniek", "uniform",
    "vaas", "vaatwas", "vacht", "vader", "vakantie", "vakman", "vallei", "vandaag", "vanille",
    "varen", "vaste", "veger", "veilig", "venkel", "venster", "verbaasd", "verdelen", "verf",
    "vergeten", "verhaal", "verkeer", "vertrek", "vervoer", "viaduct", "vierkant", "vijftig",
    "vijg", "vinger", "viool", "visite", "viskom", "visnet", "visser", "vlecht", "vleugel", "vlieg",
    "vlinder", "vloer", "voedsel", "voetbal", "vogel", "volgen", "volume", "voorkant", "vork",
    "vormen", "vraag", "vrede", "vreemd", "vreugde", "vriezen", "vrij", "vroeg", "vrolijk",
    "vruchten", "vuilnis", "vulkaan", "vullen", "vuur", "waaier", "waakhond", "waarde", "wachten",
    "walnoot", "walvis", "wandelen", "warm", "wasbeer", "waslijn", "waterval", "weekend", "weer",
    "wegwijs", "weiland", "welkom", "welp", "wens", "wereld", "werkdag", "wieg", "wijn", "wijzigen",
    "wild", "winkel", "winnaar", "winter", "wiskunde", "wissel", "woensdag", "wolk", "wonder",
    "wonen", "wortel", "zaag", "zadel", "zakdoek", "zaklamp", "zakmes", "zandbak", "zanger",
    "zebra", "zeehond", "zeemeeuw", "zeep", "zeester", "zeewier", "zeilboot", "zestig", "zeven",
    "zijkant", "zilver", "zitten", "zoeken", "zoet", "zolder", "zomer", "zondag", "zonnig", "zool",
    "zorg", "zucht", "zuiden", "zuinig", "zwaan", "zwager", "zwaluw", "zwart", "zwemmen", "zwijgen",
    // clang-format on
};

constexpr std::size_t kLettersThatTell = 4;
constexpr std::string_view kSeparators = " \t\r\n-";

// Letters alone are folded, and without the locale: only a-z occurs in the list.
std::string lower_case(std::string_view text) {
  std::string folded(text);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return folded;
}

// Where the words that begin with `prefix` start.
auto first_with(std::string_view prefix) {
  return std::lower_bound(kWords.begin(), kWords.end(), prefix);
}

std::size_t bit_at(ByteView bytes, std::size_t bit) {
  return (bytes[bit / 8] >> (7 - bit % 8)) & 1U;
}

}  // namespace

std::string_view word_at(std::size_t index) {
  KLUIS_ASSERT(index < kWordCount);
  return kWords.at(index);
}

std::optional<std::size_t> index_of(std::string_view text) {
  if (text.size() < kLettersThatTell) return std::nullopt;
  const std::string typed = lower_case(text);
  const auto found = first_with(typed);
  if (found == kWords.end() || !found->starts_with(typed)) return std::nullopt;
  return static_cast<std::size_t>(found - kWords.begin());
}

std::vector<std::string_view> words_beginning_with(std::string_view prefix) {
  const std::string typed = lower_case(prefix);
  const auto begin = first_with(typed);
  const auto end =
      std::find_if(begin, kWords.end(), [&](auto word) { return !word.starts_with(typed); });
  return {begin, end};
}

std::string words_from_bits(ByteView bytes, std::size_t word_count) {
  KLUIS_ASSERT(bytes.size() * 8 >= word_count * kWordBits);
  std::string text;
  for (std::size_t word = 0; word < word_count; ++word) {
    std::size_t index = 0;
    for (std::size_t bit = word * kWordBits; bit < (word + 1) * kWordBits; ++bit) {
      index = index * 2 + bit_at(bytes, bit);
    }
    if (word > 0) text += ' ';
    text += kWords.at(index);
  }
  return text;
}

std::optional<Bytes> bits_from_words(std::string_view text, std::size_t word_count) {
  KLUIS_ASSERT(word_count % 4 == 0);
  Bytes bytes(word_count * kWordBits / 8, 0);
  std::size_t bit = 0;
  for (std::size_t begin = text.find_first_not_of(kSeparators); begin != std::string_view::npos;
       begin = text.find_first_not_of(kSeparators)) {
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find_first_of(kSeparators));
    text.remove_prefix(word.size());
    const auto index = index_of(word);
    if (!index || bit == word_count * kWordBits) return std::nullopt;
    for (std::size_t place = kWordBits; place-- > 0; ++bit) {
      const std::size_t value = (*index >> place) & 1U;
      bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | (value << (7 - bit % 8)));
    }
  }
  if (bit != word_count * kWordBits) return std::nullopt;
  return bytes;
}

}  // namespace kluis
