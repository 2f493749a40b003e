#include "conformance/trace/trace.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "conformance/trace/digest.h"
#include "holdfast/spec/operation.h"

namespace holdfast::trace {
namespace {

constexpr int kFormat = 1;

// A path is bytes, JSON text is Unicode: byte N stands as the code point N.
std::string TextOf(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (byte >> 6U));
      text += static_cast<char>(0x80 | (byte & 0x3FU));
    }
  }
  return text;
}

std::string BytesOf(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80 || at + 1 == text.size()) {
      bytes += text[at];
    } else {
      bytes += static_cast<char>((lead << 6U) | (static_cast<unsigned char>(text[++at]) & 0x3FU));
    }
  }
  return bytes;
}

// Only what differs from a Step that says nothing.
Json JsonOf(const Step& step) {
  const Step none;
  Json json = {{"k", step.number},
               {"process", step.place.process},
               {"operation", step.place.operation},
               {"ordinal", step.place.ordinal},
               {"kind", StepKindName(step.kind)},
               {"call", step.call}};
  const auto put = [&](const char* name, const auto& value, const auto& usual) {
    if (value != usual) json[name] = value;
  };
  put("file", step.file, none.file);
  put("path", TextOf(step.path), none.path);
  put("to", TextOf(step.to), none.to);
  put("flags", step.flags, none.flags);
  put("mode", step.mode, none.mode);
  put("created", step.created, none.created);
  put("truncated", step.truncated, none.truncated);
  if (step.through != WriteThrough::kNone)
    json["through"] = step.through == WriteThrough::kData ? "data" : "full";
  put("releases", step.releases, none.releases);
  put("mapped", step.is_mapped, none.is_mapped);
  put("offset", step.offset, none.offset);
  put("length", step.length, none.length);
  if (step.data) json["data"] = *step.data;
  if (step.result) json["result"] = *step.result;
  put("done", step.done_to_it, none.done_to_it);
  return json;
}

template <typename Value>
void Take(const Json& json, const char* name, Value& into) {
  if (json.contains(name)) json.at(name).get_to(into);
}

// Errors: throws Json::exception.
Step StepOf(const Json& json) {
  Step step;
  json.at("k").get_to(step.number);
  json.at("process").get_to(step.place.process);
  json.at("operation").get_to(step.place.operation);
  json.at("ordinal").get_to(step.place.ordinal);
  // A kind that this version does not know is one that it does not follow.
  step.kind = StepKindOf(json.at("kind").get<std::string>()).value_or(StepKind::kUnsupported);
  json.at("call").get_to(step.call);
  Take(json, "file", step.file);
  Take(json, "path", step.path);
  step.path = BytesOf(step.path);
  Take(json, "to", step.to);
  step.to = BytesOf(step.to);
  Take(json, "flags", step.flags);
  Take(json, "mode", step.mode);
  Take(json, "created", step.created);
  Take(json, "truncated", step.truncated);
  if (json.contains("through")) {
    step.through =
        json.at("through").get<std::string>() == "data" ? WriteThrough::kData : WriteThrough::kFull;
  }
  Take(json, "releases", step.releases);
  Take(json, "mapped", step.is_mapped);
  Take(json, "offset", step.offset);
  Take(json, "length", step.length);
  if (json.contains("data")) step.data = json.at("data").get<std::uint64_t>();
  if (json.contains("result")) step.result = json.at("result").get<std::int64_t>();
  Take(json, "done", step.done_to_it);
  return step;
}

constexpr std::pair<End::How, const char*> kEnds[] = {{End::How::kExited, "exited"},
                                                      {End::How::kSignaled, "signaled"},
                                                      {End::How::kKilled, "killed"}};

Json EndToJson(const End& end) {
  for (const auto& [how, name] : kEnds) {
    if (how == end.how) return {{"end", name}, {"status", end.status}};
  }
  return {{"end", "cut"}, {"status", 0}};
}

End EndOf(const Json& json) {
  for (const auto& [how, name] : kEnds) {
    if (json.at("end") == name) return {how, json.at("status").get<int>()};
  }
  return {};
}

// One line into the trace. Errors: a sentence; throws Json::exception.
std::string TakeLine(const Json& json, bool is_first, Trace& trace) {
  if (is_first) {
    if (!json.contains("trace") || json.at("trace") != kFormat)
      return "is not the first line of a trace of format 1";
    json.at("files").get_to(trace.files_at_start);
    json.at("data").get_to(trace.has_data);
  } else if (json.contains("trouble")) {
    return "tells of trouble: " + json.at("trouble").get<std::string>();
  } else if (json.contains("end")) {
    trace.end = EndOf(json);
  } else {
    trace.steps.push_back(StepOf(json));
  }
  return "";
}

// A step that waited stands in the file where it ended, but counts where it began. Only in a run
// that was cut off may numbers be missing, of what was under way: those steps are left out.
std::string PutInOrder(Trace& trace) {
  std::sort(trace.steps.begin(), trace.steps.end(),
            [](const Step& a, const Step& b) { return a.number < b.number; });
  for (std::size_t at = 0; at < trace.steps.size(); ++at) {
    Step& step = trace.steps[at];
    if (step.number != at && trace.end.how != End::How::kCut)
      return "step " + std::to_string(at) + " is missing or there twice";
    step.number = at;
    const auto bytes = static_cast<std::uint64_t>(step.result.value_or(0));
    if (step.data && step.Succeeded() &&
        (*step.data > trace.data.size() || bytes > trace.data.size() - *step.data)) {
      return "the data of step " + std::to_string(at) + " is missing";
    }
  }
  return "";
}

}  // namespace

std::string_view Trace::DataOf(const Step& step) const {
  if (!step.data || !step.Succeeded()) return {};
  return std::string_view(data).substr(*step.data, static_cast<std::size_t>(*step.result));
}

std::int64_t Trace::AcknowledgedBefore(std::uint64_t k) const {
  if (k < steps.size()) return steps[k].place.operation;
  if (steps.empty()) return 0;
  const Step& last = steps.back();
  std::int64_t lines = last.place.operation;
  if (last.kind == StepKind::kAcknowledge) {
    const std::string_view bytes = DataOf(last);
    lines += std::count(bytes.begin(), bytes.end(), '\n');
  }
  return lines;
}

std::string StepToJsonLine(const Step& step) { return JsonOf(step).dump() + "\n"; }

std::string ToJsonLines(const Trace& trace) {
  const Json first = {
      {"trace", kFormat}, {"files", trace.files_at_start}, {"data", trace.has_data}};
  std::string lines = first.dump() + "\n";
  for (const Step& step : trace.steps) lines += StepToJsonLine(step);
  if (trace.end.how != End::How::kCut) lines += EndToJson(trace.end).dump() + "\n";
  return lines;
}

Expected<Trace, std::string> FromJsonLines(std::string_view lines, std::string data) {
  Trace trace;
  trace.data = std::move(data);
  std::size_t number = 0;
  for (std::size_t at = 0; at < lines.size(); ++number) {
    const std::size_t end = lines.find('\n', at);
    if (end == std::string_view::npos && number > 0) break;  // it was cut off within this line
    const std::string_view line = lines.substr(at, std::min(end, lines.size()) - at);
    std::string wrong;
    try {
      wrong = TakeLine(Json::parse(line), number == 0, trace);
    } catch (const Json::exception& error) {
      wrong = std::string("cannot be read: ") + error.what();
    }
    if (!wrong.empty())
      return Unexpected("line " + std::to_string(number + 1) + " of the trace " + wrong);
    at = end == std::string_view::npos ? lines.size() : end + 1;
  }
  if (number == 0) return Unexpected(std::string("the trace is empty"));
  if (std::string wrong = PutInOrder(trace); !wrong.empty()) return Unexpected(std::move(wrong));
  return trace;
}

namespace {

Expected<std::string, std::string> WholeFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) return Unexpected("cannot read " + path.string());
  return bytes;
}

Expected<void, std::string> PutFile(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) return Unexpected("cannot write " + path.string());
  return {};
}

}  // namespace

Expected<void, std::string> WriteTrace(const Trace& trace, const std::filesystem::path& lines,
                                       const std::filesystem::path& data) {
  auto written = PutFile(lines, ToJsonLines(trace));
  return written ? PutFile(data, trace.data) : written;
}

Expected<Trace, std::string> ReadTrace(const std::filesystem::path& lines,
                                       const std::filesystem::path& data) {
  auto text = WholeFile(lines);
  if (!text) return Unexpected(std::move(text.error()));
  auto bytes = WholeFile(data);
  if (!bytes) return Unexpected(std::move(bytes.error()));
  return FromJsonLines(*text, std::move(*bytes));
}

std::string ShapeHash(const Trace& trace) {
  std::map<std::string, std::string> names = {{"", ""}};
  const auto by_appearance = [&](const std::string& path) {
    return names.emplace(path, "n" + std::to_string(names.size())).first->second;
  };
  std::string shape = std::to_string(trace.files_at_start) + EndToJson(trace.end).dump();
  for (Step step : trace.steps) {
    step.path = by_appearance(step.path);
    step.to = by_appearance(step.to);
    step.data.reset();
    shape += StepToJsonLine(step);
  }
  return Digest(shape);
}

}  // namespace holdfast::trace
