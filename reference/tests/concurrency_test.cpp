// Many at once: threads, instances, aliased paths, processes, forked children, and their deaths.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "reference/tests/child.h"
#include "reference/tests/scratch.h"

namespace holdfast::reference {
namespace {

using ::testing::ElementsAre;

class ReferenceConcurrency : public StoreTest {
 protected:
  // On a loaded machine one fsync can take seconds, so nothing here waits by the default timeout.
  std::unique_ptr<Store> Open() {
    auto options = Options();
    options.lock_timeout_ms = kDeadlineMs;
    return OpenOrDie(options);
  }

  // Holds the store's lock, or that of another path, until it is destroyed.
  class Holder {
   public:
    explicit Holder(const Scratch& scratch) : Holder(scratch.lock_file()) {}
    explicit Holder(const std::filesystem::path& path)
        : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
      EXPECT_EQ(::flock(fd_, LOCK_EX), 0);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() { ::close(fd_); }

   private:
    int fd_;
  };

  // Registers the ids <prefix>0 to <prefix>N-1, then consumes them; true where all were there.
  static bool RegisterAndConsume(Store& store, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) {
      const auto done = store.Register(prefix + std::to_string(i), i);
      EXPECT_TRUE(done) << done.error().message;
      if (!done) return false;
    }
    for (int i = 0; i < count; ++i) {
      const auto taken = store.Consume(prefix + std::to_string(i));
      EXPECT_TRUE(taken) << taken.error().message;
      if (!taken) return false;
      EXPECT_EQ(*taken, Json(i));
      if (*taken != Json(i)) return false;
    }
    return true;
  }
};

TEST_F(ReferenceConcurrency, ThreadsThatShareAStoreLoseNothing) {
  const auto store = Open();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back(
        [&, t] { good += RegisterAndConsume(*store, std::to_string(t) + "-", 50) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 4);
  EXPECT_TRUE(Ids(*store).empty());
}

TEST_F(ReferenceConcurrency, InstancesExcludeEachOtherAlsoThroughASymlink) {
  std::filesystem::create_directory_symlink(scratch_.path(), scratch_.path() / "alias");
  auto aliased = Options();
  aliased.dir = (scratch_.path() / "alias").string();
  aliased.lock_timeout_ms = kDeadlineMs;
  const auto one = Open();
  const auto two = OpenOrDie(aliased);
  std::atomic<int> wins{0};
  const auto race = [&](Store& store) {
    for (int i = 0; i < 100; ++i) wins += store.Claim(std::to_string(i), 1).value() ? 1 : 0;
  };
  std::thread other([&] { race(*two); });
  race(*one);
  other.join();
  EXPECT_EQ(wins, 100);
}

TEST_F(ReferenceConcurrency, ProcessesLoseNoUpdates) {
  constexpr int kEach = 250;  // registers, and as many consumes
  const auto worker = [&](const char* prefix) {
    return [this, prefix] { return RegisterAndConsume(*Open(), prefix, kEach); };
  };
  Child one(worker("one-"));
  Child two(worker("two-"));
  EXPECT_TRUE(one.Join());
  EXPECT_TRUE(two.Join());
  EXPECT_TRUE(Ids(*Open()).empty());
}

TEST_F(ReferenceConcurrency, ExactlyOneOfRacingConsumersGetsARecord) {
  constexpr int kEntries = 100;
  const auto store = Open();
  for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(store->Register(std::to_string(i), i));
  Signal go;
  const auto consumer = [&](const char* mark) {
    return [&, mark] {
      const auto mine = Open();
      if (!go.Wait()) return false;
      for (int i = 0; i < kEntries; ++i) {
        const auto taken = mine->Consume(std::to_string(i));
        if (!taken) return false;
        if (*taken && !mine->Register(mark + std::to_string(i), 1)) return false;
      }
      return true;
    };
  };
  Child one(consumer("one-"));
  Child two(consumer("two-"));
  go.Send();
  go.Send();
  ASSERT_TRUE(one.Join());
  ASSERT_TRUE(two.Join());
  EXPECT_EQ(Ids(*store).size(), static_cast<std::size_t>(kEntries));
}

TEST_F(ReferenceConcurrency, AnInheritedStoreWorksInTheChildAndTheParent) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("before", 1));
  Child child([&] {
    return store->Lookup("before").value() == Json(1) && store->Register("child", 1).has_value();
  });
  ASSERT_TRUE(store->Register("parent", 1));
  ASSERT_TRUE(child.Join());
  EXPECT_EQ(Ids(*store).size(), 3U);
}

TEST_F(ReferenceConcurrency, AForkAmidOperationsKeepsNoLockAlive) {
  const auto store = Open();
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; !stop; ++i) {
        if (!store->Register("t" + std::to_string(t), i)) return;
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    Signal born;
    Signal end;
    // The child forks once more, which it could not where it had inherited waiters at the gate.
    Child child([&] {
      if (!store->Register("child", i)) return false;
      Child grandchild([&] { return store->Lookup("child").has_value(); });
      born.Send();
      return grandchild.Join() && end.Wait();
    });
    ASSERT_TRUE(born.Wait());
    ASSERT_TRUE(store->Register("main", i));  // while the child lives
    end.Send();
    ASSERT_TRUE(child.Join());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(store->Register("last", 1));
}

TEST_F(ReferenceConcurrency, ABusyStoreAnswersSoAndChangesNothing) {
  ASSERT_TRUE(Open()->Register("a", 1));
  auto options = Options();
  options.lock_timeout_ms = 20;
  const auto store = OpenOrDie(options);
  const std::string before = ReadFile(scratch_.store_file());
  {
    const Holder holder(scratch_);
    for (const auto& error :
         {store->Register("b", 1).error(), store->Lookup("a").error(), store->Consume("a").error(),
          store->Entries().error(), store->Clear().error(), store->Claim("b", 1).error(),
          store->Delete("a").error()}) {
      EXPECT_EQ(error.code, ErrorCode::kBusy) << error.message;
      EXPECT_EQ(error.effect, Effect::kNone);
    }
  }
  EXPECT_EQ(ReadFile(scratch_.store_file()), before);
  EXPECT_TRUE(store->Register("b", 1));
}

TEST_F(ReferenceConcurrency, AZeroLockTimeoutTriesOnce) {
  ASSERT_TRUE(Open()->Register("a", 1));
  auto options = Options();
  options.lock_timeout_ms = 0;
  const auto store = OpenOrDie(options);
  EXPECT_TRUE(store->Register("b", 1));
  const Holder holder(scratch_);
  EXPECT_EQ(store->Register("b", 2).error().code, ErrorCode::kBusy);
}

TEST_F(ReferenceConcurrency, AWaiterThatIsNextAndStandsStillKeepsNobodyOut) {
  const auto store = Open();
  ASSERT_TRUE(store->Register("a", 1));
  const Holder next(scratch_.files());
  EXPECT_TRUE(store->Register("a", 2));
  auto at_once = Options();
  at_once.lock_timeout_ms = 0;
  EXPECT_TRUE(OpenOrDie(at_once)->Register("a", 3)) << "the lock itself is free";
  const Holder holder(scratch_);
  const auto busy = OpenOrDie(at_once)->Register("a", 4);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, ErrorCode::kBusy);
}

TEST_F(ReferenceConcurrency, AKilledHolderFreesTheLock) {
  ASSERT_TRUE(Open()->Register("a", 1));
  Signal held;
  Signal never;
  Child holder([&] {
    const Holder lock(scratch_);
    held.Send();
    return never.Wait();
  });
  ASSERT_TRUE(held.Wait());
  const auto store = Open();
  Signal waiting;
  std::thread waiter([&] {
    waiting.Send();
    EXPECT_TRUE(store->Register("b", 1));
  });
  ASSERT_TRUE(waiting.Wait());
  holder.Kill();
  waiter.join();
  EXPECT_EQ(Ids(*store).size(), 2U);
}

TEST_F(ReferenceConcurrency, KilledWritersLeaveAWholeStore) {
  // Each child is killed after some acknowledged operations, at an instant of its own.
  for (int round = 0; round < 20; ++round) {
    Signal acknowledged;
    Child writer([&] {
      const auto store = Open();
      for (int i = 0;; ++i) {
        if (!store->Register("k" + std::to_string(i % 7), std::string(5000, 'x'))) return false;
        if (i >= round % 5) acknowledged.Send();
      }
    });
    ASSERT_TRUE(acknowledged.Wait());
    writer.Kill();
    auto options = Options();
    options.lock_timeout_ms = kDeadlineMs;
    options.on_quarantine = [](const Quarantine& bad) { ADD_FAILURE() << bad.detail; };
    const auto store = OpenOrDie(options);
    EXPECT_GE(Ids(*store).size(), static_cast<std::size_t>(round % 5) + 1);
    ASSERT_TRUE(store->Register("survivor", round));
    EXPECT_THAT(scratch_.Names(), ElementsAre("store.json", "store.lock"));
  }
}

TEST_F(ReferenceConcurrency, TheTimeIsReadAfterTheWait) {
  ASSERT_TRUE(Open()->Register("a", 1, 5));  // expires at 1005
  std::atomic<std::int64_t> time{1000};
  auto options = Options();
  options.clock = [&time] { return time.load(); };
  options.lock_timeout_ms = kDeadlineMs;
  const auto store = OpenOrDie(options);
  auto holder = std::make_unique<Holder>(scratch_);
  Signal waiting;
  std::thread waiter([&] {
    waiting.Send();
    EXPECT_EQ(store->Consume("a").value(), std::nullopt);
  });
  ASSERT_TRUE(waiting.Wait());
  time = 1005;
  holder.reset();
  waiter.join();
}

}  // namespace
}  // namespace holdfast::reference
