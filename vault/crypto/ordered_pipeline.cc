#include "vault/crypto/ordered_pipeline.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace kluis {
namespace {

constexpr unsigned kThreadCountMax = 16;
// Enough that no thread waits while the caller reads and writes; few enough to stay small.
constexpr std::size_t kSlotCountMax = 16;

std::size_t slot_count(unsigned thread_count) {
  if (thread_count == 1) return 1;
  return std::min<std::size_t>(2 * std::size_t{thread_count} + 2, kSlotCountMax);
}

// False when the system has no thread to give.
bool add_helper(std::vector<std::thread>& helpers, const std::function<void()>& body) {
  try {
    helpers.emplace_back(body);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace

OrderedPipeline::OrderedPipeline(unsigned thread_count, std::size_t slot_bytes)
    : thread_count_(std::clamp(thread_count, 1U, kThreadCountMax)),
      slots_(slot_count(thread_count_)) {
  for (Slot& slot : slots_) slot.batch.bytes = SecretBuffer(slot_bytes);
}

Status OrderedPipeline::run(const PipelineStages& stages, const Error& bad_batch) {
  std::vector<std::thread> helpers;
  // Where the system grants fewer threads than asked for, the run is slower, and right.
  while (helpers.size() + 1 < thread_count_ && add_helper(helpers, [&] { serve(stages); })) {
  }
  Status status = run_on_this_thread(stages, bad_batch);
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  work_ready_.notify_all();
  for (std::thread& helper : helpers) helper.join();
  return status;
}

Status OrderedPipeline::run_on_this_thread(const PipelineStages& stages, const Error& bad_batch) {
  while (true) {
    KLUIS_CHECK(fill_free_slots(stages));
    if (drained_ == filled_) return {};
    if (wait_for(drained_, stages) == State::bad) return tl::unexpected<Error>(bad_batch);
    // Only this thread touches a slot that is done.
    KLUIS_CHECK(stages.drain(slot(drained_).batch));
    const std::lock_guard lock(mutex_);
    slot(drained_).state = State::empty;
    ++drained_;
  }
}

Status OrderedPipeline::fill_free_slots(const PipelineStages& stages) {
  // filled_ and drained_ change on this thread alone: reading them here needs no lock.
  while (!ended_ && filled_ - drained_ < slots_.size()) {
    Slot& next = slot(filled_);
    next.batch.index = filled_;
    KLUIS_TRY(more, stages.fill(next.batch));
    if (!more) {
      ended_ = true;
      break;
    }
    {
      const std::lock_guard lock(mutex_);
      next.state = State::filled;
      ++filled_;
    }
    work_ready_.notify_one();
  }
  return {};
}

OrderedPipeline::State OrderedPipeline::wait_for(std::uint64_t number,
                                                 const PipelineStages& stages) {
  std::unique_lock lock(mutex_);
  Slot& wanted = slot(number);
  while (wanted.state != State::good && wanted.state != State::bad) {
    if (taken_ < filled_) {
      work_on_next(lock, stages);
    } else {
      work_done_.wait(lock);
    }
  }
  return wanted.state;
}

void OrderedPipeline::work_on_next(std::unique_lock<std::mutex>& lock,
                                   const PipelineStages& stages) {
  Slot& mine = slot(taken_++);
  mine.state = State::working;
  lock.unlock();
  const bool good = stages.work(mine.batch);
  lock.lock();
  mine.state = good ? State::good : State::bad;
}

void OrderedPipeline::serve(const PipelineStages& stages) {
  std::unique_lock lock(mutex_);
  while (true) {
    work_ready_.wait(lock, [this] { return over_ || taken_ < filled_; });
    if (over_) return;
    work_on_next(lock, stages);
    work_done_.notify_one();
  }
}

}  // namespace kluis
