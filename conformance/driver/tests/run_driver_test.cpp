#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "conformance/driver/line_reader.h"
#include "conformance/driver/tests/fake_backend.h"

namespace holdfast::conformance {
namespace {

// A pipe whose ends close once.
struct Pipe {
  Pipe() { EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0); }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  void CloseRead() { CloseEnd(0); }
  void CloseWrite() { CloseEnd(1); }
  void CloseEnd(int end) {
    if (ends[end] >= 0) close(ends[end]);
    ends[end] = -1;
  }
  int ends[2] = {-1, -1};
};

void WriteAll(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = write(fd, text.data() + at, text.size() - at);
    ASSERT_GT(written, 0);
    at += static_cast<std::size_t>(written);
  }
}

struct Ran {
  int status = -1;
  std::vector<Json> replies;
};

// Serves `input` to its end.
Ran RunOver(const std::string& input) {
  Pipe in;
  Pipe out;
  Ran ran;
  std::thread driver([&] {
    FakeBackend backend;
    ran.status = RunDriver(backend, in.ends[0], out.ends[1]);
    out.CloseWrite();
  });
  std::thread writer([&] {
    WriteAll(in.ends[1], input);
    in.CloseWrite();
  });
  LineReader reader(out.ends[0]);
  std::string line;
  while (reader.Next(line) == LineReader::Outcome::kLine) ran.replies.push_back(Json::parse(line));
  driver.join();
  writer.join();
  return ran;
}

TEST(RunDriver, EndsWithStatusZeroAtTheEndOfInput) {
  EXPECT_EQ(RunOver("").status, 0);
  const Ran ran = RunOver("{\"id\":1,\"op\":\"close\"}\n");
  EXPECT_EQ(ran.status, 0);
  ASSERT_EQ(ran.replies.size(), 1U);
}

TEST(RunDriver, IgnoresALineThatInputEndsInTheMiddleOf) {
  const Ran ran = RunOver("{\"id\":1,\"op\":\"close\"}\n{\"id\":2,\"op\":\"close\"}");
  EXPECT_EQ(ran.status, 0);
  ASSERT_EQ(ran.replies.size(), 1U);
  EXPECT_EQ(ran.replies[0]["re"], 1);
}

TEST(RunDriver, ServesNothingAfterStop) {
  const Ran ran = RunOver("{\"id\":1,\"op\":\"stop\"}\n{\"id\":2,\"op\":\"close\"}\n");
  EXPECT_EQ(ran.status, 0);
  ASSERT_EQ(ran.replies.size(), 1U);
}

TEST(RunDriver, EndsLinesAtLineFeedsAlone) {
  const Ran ran = RunOver(
      "{\"id\":1,\"op\":\"open\",\"args\":{\"dir\":\"/"
      "d\",\"namespace\":\"n\",\"max_entries\":1}}\r\n"
      "{\"id\":2,\"op\":\"register\",\"args\":{\"key\":\"\xE2\x80\xA8\",\"record\":\"\xC2\x85\"}}\n"
      "{\"id\":3,\"op\":\"lookup\",\"args\":{\"key\":\"\xE2\x80\xA8\"}}\n");
  ASSERT_EQ(ran.replies.size(), 3U);
  EXPECT_EQ(ran.replies[2]["ok"]["record"], "\xC2\x85");
}

TEST(RunDriver, AnswersALineOverTheLimitAndGoesOn) {
  const Ran ran = RunOver(std::string(kMaxLineBytes + 1, ' ') + "\n{\"id\":1,\"op\":\"close\"}\n" +
                          std::string(3 * kMaxLineBytes, 'x') + "\n{\"id\":2,\"op\":\"close\"}\n");
  ASSERT_EQ(ran.replies.size(), 4U);
  for (const int refused : {0, 2}) {
    EXPECT_EQ(ran.replies[refused]["re"], nullptr);
    EXPECT_EQ(ran.replies[refused]["err"]["code"], "invalid-argument");
  }
  EXPECT_EQ(ran.replies[1]["re"], 1);
  EXPECT_EQ(ran.replies[3]["re"], 2);
}

TEST(RunDriver, ReadsALineOfExactlyTheLimit) {
  const std::string head = "{\"id\":1,\"op\":\"close\",\"pad\":\"";
  const std::string line = head + std::string(kMaxLineBytes - head.size() - 2, 'x') + "\"}";
  ASSERT_EQ(line.size(), kMaxLineBytes);
  const Ran ran = RunOver(line + "\n");
  ASSERT_EQ(ran.replies.size(), 1U);
  EXPECT_EQ(ran.replies[0]["re"], 1);
}

TEST(RunDriver, EndsWithStatusOneWhenNobodyReadsAndRaisesNoSignal) {
  Pipe in;
  Pipe out;
  out.CloseRead();
  WriteAll(in.ends[1], "{\"id\":1,\"op\":\"close\"}\n");
  FakeBackend backend;
  EXPECT_EQ(RunDriver(backend, in.ends[0], out.ends[1]), 1);
  sigset_t pending;
  sigemptyset(&pending);
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST(RunDriver, WaitsWhereADescriptorIsNonBlocking) {
  Pipe in;
  Pipe out;
  fcntl(in.ends[0], F_SETFL, O_NONBLOCK);
  fcntl(out.ends[1], F_SETFL, O_NONBLOCK);
  int status = -1;
  std::thread driver([&] {
    FakeBackend backend;
    status = RunDriver(backend, in.ends[0], out.ends[1]);
  });
  LineReader reader(out.ends[0]);
  std::string line;
  WriteAll(in.ends[1],
           "{\"id\":1,\"op\":\"open\",\"args\":{\"dir\":\"/"
           "d\",\"namespace\":\"n\",\"max_entries\":1}}\n");
  EXPECT_EQ(reader.Next(line), LineReader::Outcome::kLine);
  const Json args = {{"key", "a"}, {"record", std::string(1U << 20U, 'x')}};
  WriteAll(in.ends[1], Json{{"id", 2}, {"op", "register"}, {"args", args}}.dump() + "\n");
  EXPECT_EQ(reader.Next(line), LineReader::Outcome::kLine);
  WriteAll(in.ends[1], "{\"id\":3,\"op\":\"entries\"}\n");
  EXPECT_EQ(reader.Next(line), LineReader::Outcome::kLine);
  EXPECT_GT(line.size(), 1U << 20U);
  in.CloseWrite();
  driver.join();
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace holdfast::conformance
