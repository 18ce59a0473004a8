#include <coroutine>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

// Whether the compiler builds coroutines as the language says. g++ 12 destroys temporaries of a
// full expression with co_await twice, or too early: a server built with it frees memory twice.
// Every case here counts how often a value is made and destroyed, so that it fails without a
// sanitizer too. A compiler that passes may build Raadkluis.
namespace kluis::house {
namespace {

// Counts the objects alive, and notices one that is used or destroyed after its end.
class Counted {
 public:
  explicit Counted(std::string text) : text_(std::move(text)) { begin(); }
  Counted(const Counted& other) : text_(other.text_) {
    other.check();
    begin();
  }
  Counted(Counted&& other) noexcept : text_(std::move(other.text_)) {
    other.check();
    begin();
  }
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    check();
    self_ = nullptr;
    --alive;
  }

  std::string text() const {
    check();
    return text_;
  }

  static inline int alive = 0;
  static inline int faults = 0;

 private:
  void begin() {
    self_ = this;
    ++alive;
  }
  // An object that was copied bit by bit does not lie where it was made.
  void check() const {
    if (self_ != this) ++faults;
  }

  std::string text_;
  const Counted* self_ = nullptr;
};

// The least coroutine type that can be awaited: lazy, resumes its awaiter when done.
class Task {
 public:
  struct promise_type {
    std::string value;
    std::coroutine_handle<> awaiter = std::noop_coroutine();

    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
        return done.promise().awaiter;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(std::string text) { value = std::move(text); }
    void unhandled_exception() { std::terminate(); }
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  std::string await_resume() { return std::move(handle_.promise().value); }

  std::string run() {
    handle_.resume();
    return await_resume();
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

struct Options {
  Counted name;
  Counted value;
};

Task echo(Counted value) {
  co_return value.text();
}
Task joined(Options options) {
  co_return options.name.text() + options.value.text();
}
Task called(std::function<std::string()> function) {
  co_return function();
}
Task started(std::function<Task()> function) {
  co_return co_await function();
}

class Coroutines : public testing::Test {
 protected:
  void SetUp() override {
    Counted::alive = 0;
    Counted::faults = 0;
  }
  void TearDown() override {
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_EQ(Counted::faults, 0);
  }
};

const std::string kText = "longer than the buffer that a short string lies in";

Task await_temporary() {
  co_return co_await echo(Counted(kText));
}

Task await_aggregate() {
  co_return co_await joined({Counted(kText), Counted("b")});
}

Task await_designated() {
  co_return co_await joined({.name = Counted(kText), .value = Counted("b")});
}

Task await_capturing_lambda() {
  const Counted held(kText);
  co_return co_await called([held] { return held.text(); });
}

Task await_lambda_coroutine() {
  const Counted held(kText);
  // The lambda lives in `started`'s frame until the coroutine it made is done.
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): what is tested
  co_return co_await started([held]() -> Task { co_return held.text(); });
}

Task await_in_choice(bool choice) {
  const std::string text =
      choice ? (co_await echo(Counted(kText)), std::string("left")) : std::string("right");
  co_return text;
}

Task await_twice_in_one_expression() {
  co_return co_await echo(Counted(kText)) + co_await echo(Counted("b"));
}

TEST_F(Coroutines, KeepATemporaryArgument) {
  EXPECT_EQ(await_temporary().run(), kText);
}

TEST_F(Coroutines, KeepAnAggregateArgument) {
  EXPECT_EQ(await_aggregate().run(), kText + "b");
}

TEST_F(Coroutines, KeepADesignatedArgument) {
  EXPECT_EQ(await_designated().run(), kText + "b");
}

TEST_F(Coroutines, KeepWhatALambdaCaptured) {
  EXPECT_EQ(await_capturing_lambda().run(), kText);
}

TEST_F(Coroutines, KeepWhatALambdaCoroutineCaptured) {
  EXPECT_EQ(await_lambda_coroutine().run(), kText);
}

TEST_F(Coroutines, KeepBothSidesOfAChoice) {
  EXPECT_EQ(await_in_choice(true).run(), "left");
  EXPECT_EQ(await_in_choice(false).run(), "right");
}

TEST_F(Coroutines, KeepTwoAwaitsInOneExpression) {
  EXPECT_EQ(await_twice_in_one_expression().run(), kText + "b");
}

}  // namespace
}  // namespace kluis::house
