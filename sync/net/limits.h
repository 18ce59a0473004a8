#pragma once

#include <cstddef>
#include <cstdint>

// Bounds of a relay's connections and of a device's patience. Times in seconds unless named
// otherwise, sizes in bytes.
namespace kluis {

// What an operator may change.
struct ServerLimits {
  std::size_t connections = 8192;
  std::size_t connections_per_address = 512;     // one IPv4 address, or one IPv6 network of 64 bits
  std::uint32_t requests_per_second = 5000;      // of one raad
  std::uint32_t guest_requests_per_second = 20;  // of one address, before a hello
};

inline constexpr int kHandshakeSeconds = 5;
inline constexpr int kIdleSeconds = 120;    // without a request, unless watching
inline constexpr int kDrainSeconds = 10;    // for what is under way when the relay is told to stop
inline constexpr int kStalledSeconds = 30;  // a reader that takes nothing of what is sent to it
// A message that was begun comes in at no less than this, judged every window.
inline constexpr int kRateWindowSeconds = 10;
inline constexpr std::size_t kRateBytesMin = 4U << 10U;

inline constexpr std::size_t kPendingMax = 32;  // requests of one connection under way
inline constexpr std::size_t kWriteQueueBytesMax = 8U << 20U;  // a slow reader is cut off
inline constexpr std::size_t kBatchBytesMax = 16U << 20U;      // of requests, in one transaction
inline constexpr int kSweepSeconds = 600;
inline constexpr int kSpaceSeconds = 30;  // between looks at the disk
// Documents are refused when less is free than both.
inline constexpr std::uint64_t kFreeBytesMin = 10ULL << 30U;
inline constexpr std::uint64_t kFreePercentMin = 10;

}  // namespace kluis
