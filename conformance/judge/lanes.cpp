#include "conformance/judge/lanes.h"

#include <algorithm>
#include <map>
#include <optional>

namespace holdfast::conformance {
namespace {

struct Ends {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::string Shortened(const std::string& label, std::size_t most) {
  if (label.size() <= most) return label;
  return label.substr(0, most - 2) + "..";
}

// The columns in which each call begins and ends: in the order of the events, with room for the
// label and a stroke on either side.
std::vector<Ends> Columns(const std::vector<LaneCall>& calls,
                          const std::vector<std::string>& labels) {
  std::map<std::size_t, std::pair<std::size_t, bool>> order;  // event -> call, is it the end
  for (std::size_t i = 0; i < calls.size(); ++i) {
    order[2 * calls[i].begin] = {i, false};
    // Several calls that are cut off may end at one event.
    std::size_t end = 2 * calls[i].end + 1;
    while (order.contains(end)) end += 2;
    order[end] = {i, true};
  }
  std::vector<Ends> columns(calls.size());
  std::size_t next = 0;
  for (const auto& [event, which] : order) {
    const auto& [call, is_end] = which;
    if (is_end) {
      columns[call].end = std::max(next, columns[call].begin + labels[call].size() + 3);
      next = columns[call].end + 1;
    } else {
      columns[call].begin = next++;
    }
  }
  return columns;
}

std::optional<std::vector<std::string>> Draw(const std::vector<LaneCall>& calls,
                                             const std::vector<std::string>& labels,
                                             std::size_t columns) {
  std::map<int, std::string> lanes;
  std::size_t name_size = 0;
  for (const LaneCall& call : calls) {
    name_size = std::max(name_size, std::to_string(call.process).size() + 3);
  }
  const std::vector<Ends> ends = Columns(calls, labels);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const std::size_t width = ends[i].end - ends[i].begin - 1;
    if (name_size + ends[i].end + 1 > columns) return std::nullopt;
    std::string& lane = lanes[calls[i].process];
    lane.resize(std::max(lane.size(), ends[i].end + 1), ' ');
    std::string drawn = "-" + labels[i];
    drawn.resize(width, '-');
    lane[ends[i].begin] = '|';
    lane.replace(ends[i].begin + 1, width, drawn);
    lane[ends[i].end] = calls[i].cut_off ? 'x' : '|';
  }
  std::vector<std::string> lines;
  for (const auto& [process, lane] : lanes) {
    std::string name = "p" + std::to_string(process);
    name.resize(name_size, ' ');
    lines.push_back(name + lane);
  }
  return lines;
}

}  // namespace

std::vector<std::string> DrawLanes(const std::vector<LaneCall>& calls, std::size_t columns) {
  for (const std::size_t most : {60U, 40U, 30U, 24U, 20U, 16U, 12U}) {
    std::vector<std::string> labels;
    for (const LaneCall& call : calls) labels.push_back(Shortened(call.label, most));
    if (auto lines = Draw(calls, labels, columns)) return *lines;
  }
  std::vector<std::string> numbers;
  for (std::size_t i = 0; i < calls.size(); ++i) numbers.push_back(std::to_string(i + 1));
  auto lines = Draw(calls, numbers, columns).value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < calls.size(); ++i) {
    lines.push_back(Shortened(
        numbers[i] + ": p" + std::to_string(calls[i].process) + " " + calls[i].label, columns));
  }
  return lines;
}

}  // namespace holdfast::conformance
