# Installs what stands in the folder `built`, then configures, builds and runs the project `consumer`
# against it, all below `work`. The consumer sees nothing of this tree but what was installed.
foreach(argument IN ITEMS built consumer work compiler flags)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "-D ${argument}=… is missing")
  endif()
endforeach()

# run(WHAT COMMAND…): fails the test, with all that the command said, unless it succeeds.
function(run what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${what} failed (${code}):\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE "${work}")
run("installing" "${CMAKE_COMMAND}" --install "${built}" --prefix "${work}/prefix")
run("configuring the consumer" "${CMAKE_COMMAND}" -S "${consumer}" -B "${work}/build" -G Ninja
  -D "CMAKE_PREFIX_PATH=${work}/prefix" -D "CMAKE_CXX_COMPILER=${compiler}"
  -D "CMAKE_CXX_FLAGS=${flags}")
run("building the consumer" "${CMAKE_COMMAND}" --build "${work}/build")
run("running the consumer" "${work}/build/consumer")
run("running the consumer's certification" "${work}/build/certified")
run("judging the driver of the template" "${work}/prefix/bin/holdfast" lint-driver --
  "${work}/build/template")
