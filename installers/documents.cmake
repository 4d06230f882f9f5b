# Writes the packages' settings file, manuals and changelog, partly out of what the program says of itself.
# cmake -DPROGRAM=… -DVERSION=… -DSOURCE=… -DOUTPUT=… -P documents.cmake
function(ask variable)
    execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
    set(${variable} "${said}" PARENT_SCOPE)
endfunction()

ask(settings_file check-config --table package)
file(WRITE ${OUTPUT}/env "${settings_file}")
ask(SETTINGS check-config --table manual)
ask(COMMANDS --help)
string(REPLACE "\\" "\\e" COMMANDS "${COMMANDS}")
string(REPLACE "-" "\\-" COMMANDS "${COMMANDS}")
set(PROJECT_VERSION ${VERSION})
configure_file(${SOURCE}/orchestratord/orchestratord.8.in ${OUTPUT}/orchestratord.8 @ONLY)
configure_file(${SOURCE}/orchestrator-console/orchestrator-console.1.in ${OUTPUT}/orchestrator-console.1 @ONLY)

# Debian wants them compressed, and the same for the same source.
file(COPY ${SOURCE}/changelog DESTINATION ${OUTPUT})
foreach(document orchestratord.8 orchestrator-console.1 changelog)
    execute_process(COMMAND gzip -9nf ${OUTPUT}/${document} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
