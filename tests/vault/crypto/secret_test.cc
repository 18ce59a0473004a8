#include "vault/crypto/secret.h"

#include <functional>
#include <ostream>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/entropies.h"
#include "vault/crypto/document.h"
#include "vault/crypto/kem.h"
#include "vault/crypto/password.h"
#include "vault/crypto/secret_pool.h"
#include "vault/crypto/x25519.h"

namespace kluis {
namespace {

using Key = Secret<struct TestKeyPurpose>;
using LongKey = Secret<struct TestLongKeyPurpose, 64>;
using test::SeededEntropy;

template <typename T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
template <typename T>
concept Ordered = requires(const T& a, const T& b) { a < b; };
template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <typename T>
concept Hashable = requires(const T& value) { std::hash<T>{}(value); };

template <typename T>
constexpr bool kIsSecret =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> && !Comparable<T> &&
    !Ordered<T> && !Printable<T> && !Hashable<T>;

static_assert(kIsSecret<Key> && kIsSecret<LongKey> && kIsSecret<SecretBuffer>);
static_assert(kIsSecret<DocumentKey> && kIsSecret<PassphraseKey> && kIsSecret<LeafSeed>);
static_assert(kIsSecret<X25519Private> && kIsSecret<KemShared>);
// The concepts can tell: an ordinary value has what a secret lacks.
static_assert(Comparable<Bytes> && Ordered<Bytes> && Printable<int> && Hashable<int>);
static_assert(!std::is_default_constructible_v<Key>);
static_assert(!std::is_convertible_v<DocumentKey, Key> &&
              !std::is_constructible_v<Key, DocumentKey>);

TEST(SecretTest, MovesAndComparesByValue) {
  SeededEntropy entropy(1);
  Key key = Key::generate(entropy);
  const Key copy = key.clone();
  const Key other = Key::generate(entropy);
  EXPECT_TRUE(copy.equals(key));
  EXPECT_FALSE(other.equals(key));
  const Key moved = std::move(key);
  EXPECT_TRUE(moved.equals(copy));
}

TEST(SecretTest, AbortsWhenReadAfterMove) {
  SeededEntropy entropy(1);
  Key key = Key::generate(entropy);
  const Key moved = std::move(key);
  // What a read of the moved-from value does is the test.
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_DEATH((void)key.expose(), "assertion failed");
  EXPECT_DEATH((void)moved.equals(key), "assertion failed");
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST(SecretTest, WipesTheCellWhenDestroyedAndWhenAssignedOver) {
  SeededEntropy entropy(1);
  const std::uint8_t* cell = nullptr;
  {
    const Key key = Key::generate(entropy);
    cell = key.expose().data();
    EXPECT_FALSE(std::all_of(cell, cell + 32, [](auto byte) { return byte == 0; }));
  }
  // The cell belongs to the pool still: reading it is defined.
  EXPECT_TRUE(std::all_of(cell, cell + 32, [](auto byte) { return byte == 0; }));

  Key first = Key::generate(entropy);
  cell = first.expose().data();
  first = Key::generate(entropy);
  EXPECT_TRUE(std::all_of(cell, cell + 32, [](auto byte) { return byte == 0; }));
}

TEST(SecretTest, NewCellsAreZero) {
  const Key key = Key::made_by([](MutableByteView cell) {
    EXPECT_TRUE(std::ranges::all_of(cell, [](auto byte) { return byte == 0; }));
  });
}

TEST(SecretTest, ManySecretsCostFewSlabs) {
  SeededEntropy entropy(1);
  std::vector<Key> keys;
  for (int i = 0; i < 10'000; ++i) keys.push_back(Key::generate(entropy));
  EXPECT_LE(secret_memory().slab_count, 25U);
  const std::size_t before = secret_memory().slab_count;
  keys.clear();
  for (int i = 0; i < 10'000; ++i) keys.push_back(Key::generate(entropy));
  EXPECT_EQ(secret_memory().slab_count, before);
}

TEST(SecretTest, CellsNeverOverlap) {
  SeededEntropy entropy(1);
  std::vector<LongKey> keys;
  std::vector<const std::uint8_t*> starts;
  for (int i = 0; i < 2'000; ++i) {
    keys.push_back(LongKey::generate(entropy));
    starts.push_back(keys.back().expose().data());
  }
  std::ranges::sort(starts);
  for (std::size_t i = 1; i < starts.size(); ++i) EXPECT_GE(starts[i] - starts[i - 1], 64);
}

TEST(SecretTest, PoolServesSeveralThreads) {
  const auto churn = [](std::uint64_t seed) {
    SeededEntropy entropy(seed);
    std::vector<Key> held;
    for (int i = 0; i < 5'000; ++i) {
      held.push_back(Key::generate(entropy));
      const Key copy = held.back().clone();
      ASSERT_TRUE(copy.equals(held.back()));
      if (held.size() > 100) held.erase(held.begin(), held.begin() + 50);
    }
  };
  std::thread other(churn, 1);
  churn(2);
  other.join();
}

TEST(SecretTest, ReadingBeyondASlabTraps) {
  SeededEntropy entropy(1);
  const Key key = Key::generate(entropy);
  const volatile std::uint8_t* cell = key.expose().data();
  EXPECT_DEATH(
      {
        std::uint8_t seen = 0;
        for (std::size_t i = 0; i < 3 * 16 * 1024; ++i) {
          seen = static_cast<std::uint8_t>(seen + cell[i]);
        }
        std::fprintf(stderr, "%d", seen);
      },
      "");
}

TEST(SecretBufferTest, TakesAndLeavesNothingBehind) {
  Bytes source = to_bytes(as_bytes("geheim"));
  SecretBuffer buffer = SecretBuffer::take(std::move(source));
  // That a moved-from buffer is empty is the test.
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_TRUE(source.empty());
  EXPECT_EQ(as_text(buffer.expose()), "geheim");
  const SecretBuffer moved = std::move(buffer);
  EXPECT_EQ(buffer.size(), 0U);
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(moved.size(), 6U);
}

TEST(SecretBufferTest, ShrinksByWiping) {
  SecretBuffer buffer = SecretBuffer::take(to_bytes(as_bytes("geheim")));
  const std::uint8_t* bytes = buffer.expose().data();
  buffer.shrink(2);
  EXPECT_EQ(as_text(buffer.expose()), "ge");
  EXPECT_EQ(buffer.expose().data(), bytes);
  EXPECT_DEATH(buffer.shrink(3), "assertion failed");
}

}  // namespace
}  // namespace kluis
