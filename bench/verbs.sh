# The verbs bench and bench-compare of ./dev, which reads this file when it is asked for them.

# take_json WHAT [ARGUMENT…]: of what stands before --, --json and its value go into `json`, and the
# rest goes into `asked`.
take_json() {
  local what=$1
  shift
  json= asked=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    case $1 in
      --json)
        [ -n "${2-}" ] && [[ $2 != -* ]] || refuse "--json needs $what to write to"
        json=$2
        shift
        ;;
      --json=?*) json=${1#--json=} ;;
      *) asked+=("$1") ;;
    esac
    shift
  done
  asked+=("$@")
}

# bench_contention [ARGUMENT…]: measures, then draws what was measured.
bench_contention() {
  local results=$root/.holdfast/bench json asked fresh code=0
  take_json "a file" "$@"
  : "${json:=$results/contention.json}"
  mkdir -p "$results"
  [ ! -d "$json" ] && { [ -w "$json" ] || { [ ! -e "$json" ] && [ -w "$(dirname "$json")" ]; }; } ||
    refuse "bench contention --json: $json cannot be written"
  need python3 python3-matplotlib
  local stores
  stores=$(python3 "$root/conformance/backends/zoo.py" --needs sqlite lmdb tdb redis |
    sed -n 's/^package //p')
  need_quietly pkg-config $stores
  build release contention_bench
  fresh=$(mktemp "$results/running-XXXXXX.json")
  "$root/build/release/bench/contention/contention_bench" --json "$fresh" "${asked[@]}" || code=$?
  # --help and --list measure nothing.
  if [ -s "$fresh" ]; then
    chmod 644 "$fresh"
    mv "$fresh" "$json" || { say "the figures stay in $fresh"; return 2; }
    "$root/bench/plot/plot.py" "$json" "$results/contention" || true
  else
    rm -f "$fresh"
  fi
  return "$code"
}

bench() {
  if [ "${1-}" = contention ]; then bench_contention "${@:2}"; return; fi
  local program found= json asked out=() code=0
  take_json "a folder" "$@"
  [ -z "$json" ] || mkdir -p "$json" || refuse "bench --json: $json cannot be made"
  build release
  for program in "$root"/build/release/bench/*_bench; do
    [ -x "$program" ] || continue
    found=yes
    [ -z "$json" ] || out=(--benchmark_out="$json/$(basename "$program").json")
    "$program" "${out[@]}" "${asked[@]}" ||
      { code=$?; say "$(basename "$program") failed with status $code"; }
    # Of a filter that none of its benchmarks matches.
    [ -z "$json" ] || [ -s "$json/$(basename "$program").json" ] ||
      rm -f "$json/$(basename "$program").json"
  done
  [ -n "$found" ] || { say "the build left no benchmark in build/release/bench"; return 1; }
  [ -z "$json" ] || compgen -G "$json/*.json" >/dev/null ||
    { say "no benchmark was run, so $json holds no result"; return 1; }
  return "$code"
}

bench_compare() {
  need python3
  python3 "$root/bench/compare.py" "$@"
}
