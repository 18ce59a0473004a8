#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "proto/result.h"
#include "vault/crypto/secret.h"

// A pipeline of batches: the calling thread fills and drains them in order, all threads work on
// them in any order. Memory is bounded by the number of slots. Internal to document.cc.
namespace kluis {

struct PipelineSlot {
  SecretBuffer bytes;       // of the size given to the constructor; wiped at the end
  std::uint64_t index = 0;  // number of the batch, from 0
  std::size_t size = 0;     // free for the stages
};

struct PipelineStages {
  // Caller's thread. Fills the next batch; false when there is none.
  std::function<Result<bool>(PipelineSlot&)> fill;
  // Any thread, several at once. False: the batch is bad, and the run ends when its turn comes.
  std::function<bool(PipelineSlot&)> work;
  // Caller's thread, in order. Not called for a bad batch, nor for any after it.
  std::function<Status(PipelineSlot&)> drain;
};

class OrderedPipeline {
 public:
  OrderedPipeline(unsigned thread_count, std::size_t slot_bytes);

  // Runs to the end or to the first failure; no thread of it is left afterwards.
  // Errors: those of the stages; `bad_batch` for a batch that `work` refused.
  [[nodiscard]] Status run(const PipelineStages& stages, const Error& bad_batch);

 private:
  enum class State { empty, filled, working, good, bad };
  struct Slot {
    PipelineSlot batch;
    State state = State::empty;
  };

  [[nodiscard]] Slot& slot(std::uint64_t number) { return slots_[number % slots_.size()]; }
  [[nodiscard]] Status run_on_this_thread(const PipelineStages& stages, const Error& bad_batch);
  [[nodiscard]] Status fill_free_slots(const PipelineStages& stages);
  [[nodiscard]] State wait_for(std::uint64_t number, const PipelineStages& stages);
  void work_on_next(std::unique_lock<std::mutex>& lock, const PipelineStages& stages);
  void serve(const PipelineStages& stages);

  const unsigned thread_count_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable work_ready_;  // a batch was filled, or the run is over
  std::condition_variable work_done_;
  // Batches are drained up to, taken up to, filled up to; guarded by mutex_ as are the states.
  std::uint64_t drained_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t filled_ = 0;
  bool ended_ = false;  // `fill` has no more
  bool over_ = false;
};

}  // namespace kluis
