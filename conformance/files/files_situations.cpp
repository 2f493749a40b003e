#include "conformance/files/judge_trial.h"

namespace holdfast::conformance {
namespace {

bool Envelope(const Capabilities& c) { return c.format.has_value(); }
bool EnvelopeOfMany(const Capabilities& c) { return Envelope(c) && c.multi_process; }
bool Quarantines(const Capabilities& c) { return Envelope(c) && c.quarantine; }
bool QuarantinesAtOnce(const Capabilities& c) { return Quarantines(c) && c.multi_process; }
bool QuarantinesByVirtualClock(const Capabilities& c) {
  return Quarantines(c) && c.HasVirtualClock();
}
bool OtherFormat(const Capabilities& c) { return !c.format && c.persistence != Persistence::kNone; }
bool Persists(const Capabilities& c) { return c.persistence != Persistence::kNone; }

}  // namespace

const std::vector<Situation>& FilesSituations() {
  static const std::vector<Situation> kSituations = {
      {"hostile-ids", {"INP-5"}, "ids that look like paths are written", 3, Persists},
      {"hostile-harmless",
       {"FILE-2", "FILE-4"},
       "a changed file that is a store all the same",
       5,
       Envelope},
      {"hostile-missing", {"FILE-3"}, "the file or a folder above it is taken away", 3, Envelope},
      {"hostile-lock-held", {"FILE-5"}, "a call while the suite holds the lock", 2, EnvelopeOfMany},
      {"hostile-lock-litter", {"FILE-5"}, "a lock file that holds what it should not", 2, Envelope},
      {"hostile-umask-0", {"FILE-6"}, "files and folders made under umask 0", 5, Envelope},
      {"hostile-umask-077", {"FILE-6"}, "files and folders made under umask 077", 5, Envelope},
      {"hostile-folders-kept",
       {"FILE-6"},
       "folders that were there with modes of their own",
       5,
       Envelope},
      {"hostile-not-a-file",
       {"FILE-7"},
       "a link, folder, FIFO or socket in the place of the file",
       5,
       Envelope},
      {"hostile-temporary-names",
       {"FILE-8"},
       "the names of the temporary files of three writes",
       3,
       Envelope},
      {"hostile-temporaries-left",
       {"FILE-8"},
       "a write where a killed writer left its files",
       1,
       Envelope},
      {"hostile-links-planted",
       {"FILE-8"},
       "a write where links stand at names of temporary files",
       1,
       Envelope},
      {"hostile-bad-file",
       {"QUA-1", "QUA-2", "QUA-3"},
       "a damaged file is found by a call",
       20,
       Quarantines},
      {"hostile-newer", {"QUA-2"}, "a file of a newer version is found by a call", 3, Quarantines},
      {"hostile-name-taken",
       {"QUA-1"},
       "a damaged file whose first choice of a name is taken",
       3,
       QuarantinesByVirtualClock},
      {"hostile-same-time",
       {"QUA-1"},
       "two damaged files in one millisecond",
       3,
       QuarantinesByVirtualClock},
      {"hostile-raced",
       {"QUA-4"},
       "several processes find one damaged file at once",
       5,
       QuarantinesAtOnce},
      {"hostile-mended",
       {"QUA-4"},
       "a damaged file is mended while a call waits for the lock",
       1,
       QuarantinesAtOnce},
      {"hostile-cleared", {"QUA-5"}, "a clear finds a damaged file", 3, Quarantines},
      {"hostile-unreadable", {"QUA-6"}, "a file that the system will not open", 1, Envelope},
      {"hostile-other-format",
       {"QUA-7"},
       "a file of which no reader can make sense any more",
       3,
       OtherFormat},
  };
  return kSituations;
}

}  // namespace holdfast::conformance
