# The verbs fuzz, fuzz-coverage and fuzz-selfcheck of ./dev, which reads this file when it is asked for
# them.

fuzz_targets() {
  local source
  for source in "$root"/fuzz/*_fuzz.cpp; do basename "$source" _fuzz.cpp; done
}

# What libFuzzer is told beside folders and times; what is a target's own stands in its options.
fuzz_flags() {
  echo -print_final_stats=1 -timeout=25 -rss_limit_mb=3000
  sed -n 's/^\([a-z_]*\) = \(.*\)$/-\1=\2/p' "$root/fuzz/options/$1.options"
}

# fuzz_under PROGRAM ARGUMENT…: without the stacks of allocations and with a short quarantine of
# freed memory, which are most of what AddressSanitizer costs: an input allocates little, and a find
# is replayed with both.
fuzz_under() (become_fuzzer "$@")
become_fuzzer() {
  exec env \
    ASAN_OPTIONS="malloc_context_size=0:quarantine_size_mb=1:thread_local_quarantine_size_kb=64:${ASAN_OPTIONS-}" "$@"
}

# keep_what_reaches_further PROGRAM TARGET WORK: the smallest inputs first, as long as the corpus
# stays small enough to be kept in a repository.
keep_what_reaches_further() {
  local corpus=$root/fuzz/corpus/$2 merged count bytes file added=0
  merged=$(mktemp -d)
  cp "$corpus"/* "$merged"
  fuzz_under "$1" -merge=1 -use_counters=0 -artifact_prefix="$merged/" "$merged" "$3" \
    >/dev/null 2>&1 || say "$2: what was found could not be merged"
  count=$(find "$corpus" -type f | wc -l)
  bytes=$(cat "$corpus"/* | wc -c)
  while read -r size file; do
    case $file in crash-* | oom-* | timeout-* | leak-*) continue ;; esac
    [ ! -e "$corpus/$file" ] || continue
    count=$((count + 1)) bytes=$((bytes + size))
    [ "$count" -le 290 ] && [ "$bytes" -le 290000 ] || break
    cp "$merged/$file" "$corpus/$file"
    added=$((added + 1))
  done < <(find "$merged" -type f -printf '%s %f\n' | sort -n)
  rm -rf "$merged"
  say "$2: nothing found; $added inputs reach further and are now in fuzz/corpus/$2"
}

# end_all PID…: each with its children.
end_all() {
  local pid
  for pid; do kill $(cat "/proc/$pid/task/$pid/children") "$pid" 2>/dev/null || true; done
  wait "$@" 2>/dev/null || true
}

# fuzz_target PRESET TARGET SECONDS: a process for each core, all on one working corpus. What reaches
# further is kept in memory meanwhile: a file system takes as long over a file as a parser.
fuzz_target() {
  local program=$root/build/$1/fuzz/$2_fuzz work=$root/build/fuzz-corpus/$2 scratch pid code=0
  local finds=$root/.holdfast/fuzz/$2 pids=() log flags core found memory
  mapfile -t flags < <(fuzz_flags "$2" | tr ' ' '\n')
  mkdir -p "$work" "$finds"
  scratch=$(mktemp -d) memory=$scratch
  if [ -d /dev/shm ]; then memory=$(mktemp -d -p /dev/shm); fi
  mkdir "$memory/states" "$memory/further"
  for core in $(seq "$(nproc)"); do
    { TIMEFORMAT='processor: %U %S'; time HOLDFAST_FUZZ_DIR=$memory/states fuzz_under "$program" \
      "${flags[@]}" -reload=1 -max_total_time="$3" -artifact_prefix="$finds/" \
      "-dict=$root/fuzz/dictionaries/$2.dict" "$memory/further" "$work" "$root/fuzz/corpus/$2"; \
    } >"$scratch/$core.log" 2>&1 </dev/null &
    pids+=($!)
  done
  trap 'end_all "${pids[@]}"; cp -r "$memory/further/." "$work"; rm -rf "$scratch" "$memory"
    exit 130' INT TERM HUP
  for pid in "${pids[@]}"; do wait "$pid" || code=1; done
  trap - INT TERM HUP
  cp -r "$memory/further/." "$work"
  for log in "$scratch"/*.log; do
    # By processor time, for a core may be shared with others.
    awk -v target="$2" '/^stat::number_of_executed_units/ {all = $2}
      /^processor: / {printf "%-16s %9d executions, %6d a second on one core\n", target, all,
        all / ($2 + $3)}' "$log"
    grep -a -m 1 -A 40 -E '^invariant broken|^==[0-9]+==ERROR|runtime error:' "$log" |
      sed '/^SUMMARY/q' || true
    found=$(sed -n 's/.*Test unit written to //p' "$log")
    [ -z "$found" ] || say "$2 found something; replay it with: ${program#"$root/"} ${found#"$root/"}"
    [ -n "$found" ] || grep -q '^stat::number_of' "$log" || { cat "$log"; code=1; }
  done
  [ $code -ne 0 ] || keep_what_reaches_further "$program" "$2" "$work"
  rm -rf "$scratch" "$memory"
  return $code
}

fuzz() {
  local seconds=60 preset=fuzz targets=() known target code=0
  known=$(fuzz_targets)
  while [ $# -gt 0 ]; do
    case $1 in
      --seconds) seconds=${2-}; shift $(($# < 2 ? 1 : 2)) ;;
      --preset) preset=${2-}; shift $(($# < 2 ? 1 : 2)) ;;
      *)
        grep -qxF -- "$1" <<<"$known" || refuse "there is no target \"$1\"; there are:" $known
        targets+=("$1")
        shift
        ;;
    esac
  done
  [[ $seconds =~ ^[1-9][0-9]*$ ]] || refuse "--seconds needs a number"
  [[ $preset == fuzz* ]] || refuse "--preset is fuzz or fuzz-address"
  [ ${#targets[@]} -gt 0 ] || mapfile -t targets <<<"$known"
  build "$preset" "${targets[@]/%/_fuzz}" >&2
  for target in "${targets[@]}"; do fuzz_target "$preset" "$target" "$seconds" || code=1; done
  return $code
}

fuzz_coverage() {
  local targets=(envelope_parser quarantine operations) target objects=()
  local built=$root/build/fuzz-coverage
  build fuzz-coverage "${targets[@]/%/_replay}" >&2
  local profiles=$built/profiles
  rm -rf "$profiles"
  for target in "${targets[@]}"; do
    LLVM_PROFILE_FILE=$profiles/$target.profraw \
      "$built/fuzz/${target}_replay" "$root/fuzz/corpus/$target" | tail -n 1 >&2
    objects+=(-object "$built/fuzz/${target}_replay")
  done
  llvm-profdata merge -o "$profiles/all" "$profiles"/*.profraw
  llvm-cov export -summary-only "${objects[@]:1}" -instr-profile="$profiles/all" |
    python3 "$root/fuzz/coverage.py" --at-least 95 \
      reference/{envelope,envelope_reader,grammar,quarantine}.cpp \
      spec/src/{envelope,json_reader,record_reader}.cpp
}

# selfcheck FAULT SENTENCE: the inputs that show the fault at once are left out first, so that it takes
# fuzzing to find it. Inputs are kept short, for it takes few bytes.
selfcheck() {
  local program=$root/build/fuzz/fuzz/planted_$1_fuzz scratch flags seeds started core pids=() code=1
  mapfile -t flags < <(fuzz_flags envelope_parser | tr ' ' '\n')
  scratch=$(mktemp -d)
  mkdir "$scratch/seeds"
  fuzz_under "$program" -merge=1 -artifact_prefix="$scratch/" "$scratch/seeds" \
    "$root/fuzz/corpus/envelope_parser" >"$scratch/merge.log" 2>&1 || true
  seeds=$(find "$scratch/seeds" -type f | wc -l)
  started=$SECONDS
  for core in $(seq "$(nproc)"); do
    become_fuzzer "$program" "${flags[@]}" -max_len=160 -reload=1 -max_total_time=60 \
      -artifact_prefix="$scratch/" "-dict=$root/fuzz/dictionaries/envelope_parser.dict" \
      "$scratch/seeds" >"$scratch/$core.log" 2>&1 </dev/null &
    pids+=($!)
  done
  # The first that finds something, or that comes to its end.
  wait -n "${pids[@]}" || code=0
  local took=$((SECONDS - started))
  for core in "${pids[@]}"; do
    kill "$core" 2>/dev/null || true
    wait "$core" 2>/dev/null || true
  done
  if [ $code = 0 ] && grep -aq "$2" "$scratch"/*.log; then
    say "planted_$1: found after $took s, from $seeds inputs that do not show it"
  else
    code=1
    tail -n 20 "$scratch/1.log" >&2
    say "planted_$1: not found within 60 s"
  fi
  rm -rf "$scratch"
  return $code
}

fuzz_selfcheck() {
  local code=0
  build fuzz planted_heap_overflow_fuzz planted_duplicate_member_fuzz >&2
  selfcheck heap_overflow 'ERROR: AddressSanitizer: heap-buffer-overflow' || code=1
  selfcheck duplicate_member 'the store accepts what the spec refuses' || code=1
  return $code
}
