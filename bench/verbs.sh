# The verbs bench and bench-compare of ./dev, which reads this file when it is asked for them.

# bench_contention [ARGUMENT…]: measures, then draws what was measured.
bench_contention() {
  need python3 python3-matplotlib
  local stores
  stores=$(python3 "$root/conformance/backends/zoo.py" --list-packages sqlite lmdb tdb redis)
  need_quietly pkg-config $stores
  build release contention_bench
  local results=$root/.holdfast/bench code=0
  mkdir -p "$results"
  "$root/build/release/bench/contention/contention_bench" --json "$results/contention.json" "$@" ||
    code=$?
  [ "$code" != 2 ] || return 2
  "$root/bench/plot/plot.py" "$results/contention.json" "$results/contention" || true
  return "$code"
}

bench() {
  if [ "${1-}" = contention ]; then bench_contention "${@:2}"; return; fi
  local program found= folder= out=()
  if [ "${1-}" = --json ]; then
    [ -n "${2-}" ] || refuse "bench --json needs a folder to write the results to"
    folder=$2
    shift 2
    mkdir -p "$folder" || refuse "bench --json: $folder cannot be made"
  fi
  build release
  for program in "$root"/build/release/bench/*_bench; do
    [ -x "$program" ] || continue
    found=yes
    [ -z "$folder" ] || out=(--benchmark_out="$folder/$(basename "$program").json")
    "$program" "${out[@]}" "$@"
  done
  [ -n "$found" ] || { say "the build left no benchmark in build/release/bench"; return 1; }
}

bench_compare() {
  need python3
  python3 "$root/bench/compare.py" "$@"
}
