# A room is a folder of src/: one library, one namespace, and a list of the rooms it may see.
#   oms_room(plan SOURCES merge_status.cpp … SEES base domain [LINKS library…] [PRIVATE library…] [APART file…])
# APART: its helpers have the names of another file's; a unity build leaves it by itself.
# The list is data and it is tested: rooms.NAME fails when a file includes a room that it may not see.
function(oms_room name)
    cmake_parse_arguments(ROOM "" "" "SOURCES;SEES;LINKS;PRIVATE;APART" ${ARGN})
    list(TRANSFORM ROOM_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${name}/)
    list(TRANSFORM ROOM_APART PREPEND ${PROJECT_SOURCE_DIR}/src/${name}/)
    list(TRANSFORM ROOM_SEES PREPEND oms_ OUTPUT_VARIABLE seen)

    add_library(oms_${name} STATIC ${ROOM_SOURCES})
    set_source_files_properties(${ROOM_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    target_include_directories(oms_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(oms_${name} PUBLIC ${seen} ${ROOM_LINKS} PRIVATE oms_warnings ${ROOM_PRIVATE})

    add_test(
        NAME rooms.${name}
        COMMAND ${CMAKE_COMMAND} -DROOM=${PROJECT_SOURCE_DIR}/src/${name}
                "-DMAY_SEE=${name};${ROOM_SEES}" -P ${PROJECT_SOURCE_DIR}/cmake/check_room.cmake
    )
endfunction()

# oms_tests(NAME [OPTIMISED] SOURCES a_test.cpp … LINKS oms_plan … [APART a_test.cpp …]): one test program, its cases known to
# CTest. What only calls is compiled fast; OPTIMISED is for what works much itself.
function(oms_tests name)
    cmake_parse_arguments(TESTS "OPTIMISED" "" "SOURCES;LINKS;APART" ${ARGN})
    set_source_files_properties(${TESTS_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    add_executable(${name} ${TESTS_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    if(NOT TESTS_OPTIMISED)
        target_compile_options(${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
    endif()
    target_link_libraries(${name} PRIVATE oms_warnings ${TESTS_LINKS} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
