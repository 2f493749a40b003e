#!/bin/bash
# Builds the fuzz targets as OSS-Fuzz asks it of a project: with $CC, $CXX, $CFLAGS and $CXXFLAGS, linked
# with $LIB_FUZZING_ENGINE, from $SRC/holdfast into $OUT, each beside its dictionary, its options and
# its seed corpus. Arguments are targets, for instance envelope_parser_fuzz; without, all of them.
# `fuzz/README.md` shows how to run it by hand.
set -eu

project=$SRC/holdfast
build=${WORK:-/tmp}/holdfast-fuzz

targets=("$@")
if [ $# -eq 0 ]; then
  for source in "$project"/fuzz/*_fuzz.cpp; do targets+=("$(basename "$source" .cpp)"); done
fi

cmake -S "$project" -B "$build" -G Ninja \
  -D CMAKE_C_COMPILER="$CC" -D CMAKE_CXX_COMPILER="$CXX" \
  -D HOLDFAST_TESTS=OFF -D HOLDFAST_BENCH=OFF -D HOLDFAST_INSTALL=OFF \
  -D HOLDFAST_FUZZ_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$build" --target "${targets[@]}"

for target in "${targets[@]}"; do
  name=${target%_fuzz}
  cp "$build/fuzz/$target" "$OUT/"
  cp "$project/fuzz/dictionaries/$name.dict" "$OUT/$target.dict"
  cp "$project/fuzz/options/$name.options" "$OUT/$target.options"
  python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" "$project/fuzz/corpus/$name"/*
done
