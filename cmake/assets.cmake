# Embeds the pages: what npm brings and esbuild bundles is gzipped and put into the program as it is.
# npm runs once for a lock file; esbuild whenever a source changed.
find_program(NPM npm REQUIRED)
find_program(GZIP gzip REQUIRED)

set(UI_DIR ${PROJECT_SOURCE_DIR}/ui)
set(UI_BUILD ${PROJECT_BINARY_DIR}/ui)
set(UI_STAMP ${UI_BUILD}/node_modules/.installed)

add_custom_command(
    OUTPUT ${UI_STAMP}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${UI_BUILD}
    COMMAND ${CMAKE_COMMAND} -E copy ${UI_DIR}/package.json ${UI_DIR}/package-lock.json ${UI_DIR}/.npmrc
            ${UI_BUILD}
    COMMAND ${CMAKE_COMMAND} -E chdir ${UI_BUILD} ${NPM} ci --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${UI_STAMP}
    DEPENDS ${UI_DIR}/package.json ${UI_DIR}/package-lock.json ${UI_DIR}/.npmrc
    COMMENT "Fetching the pages' libraries with npm"
    VERBATIM
)

set(ESBUILD ${UI_BUILD}/node_modules/@esbuild/linux-x64/bin/esbuild)
if(CMAKE_HOST_SYSTEM_PROCESSOR STREQUAL "aarch64")
    set(ESBUILD ${UI_BUILD}/node_modules/@esbuild/linux-arm64/bin/esbuild)
endif()

# A script or style sheet of ours, bundled with what it imports.
function(oms_bundle name entry)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${UI_DIR}/src/*)
    add_custom_command(
        OUTPUT ${UI_BUILD}/${name}
        COMMAND
            ${CMAKE_COMMAND} -E env NODE_PATH=${UI_BUILD}/node_modules ${ESBUILD} ${UI_DIR}/src/${entry}
            --bundle --minify --format=esm --target=es2020 --log-level=warning --outfile=${UI_BUILD}/${name}
        DEPENDS ${UI_STAMP} ${sources}
        VERBATIM
    )
endfunction()

function(oms_copy_asset name from)
    add_custom_command(
        OUTPUT ${UI_BUILD}/${name}
        COMMAND ${CMAKE_COMMAND} -E copy ${from} ${UI_BUILD}/${name}
        DEPENDS ${UI_STAMP}
        VERBATIM
    )
endfunction()

oms_bundle(sandbox.js sandbox/main.js)
oms_bundle(sandbox.css sandbox/style.css)
oms_bundle(api.js api/main.js)
oms_bundle(api.css api/style.css)
oms_bundle(dashboard.js dashboard/main.js)
oms_bundle(dashboard.css dashboard/style.css)
oms_bundle(help.css help/style.css)
oms_bundle(help.js help/theme.js)
oms_copy_asset(swagger-ui-bundle.js ${UI_BUILD}/node_modules/swagger-ui-dist/swagger-ui-bundle.js)
oms_copy_asset(swagger-ui.css ${UI_BUILD}/node_modules/swagger-ui-dist/swagger-ui.css)

# The documentation, for whoever is in the dashboard.
find_program(NODE NAMES node nodejs REQUIRED)
set(HELP "")
file(GLOB docs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/*.md)
list(FILTER docs EXCLUDE REGEX "\\.in\\.md$")
foreach(file IN LISTS docs)
    get_filename_component(name ${file} NAME_WE)
    if(name STREQUAL "README")
        set(name index)
    endif()
    list(APPEND HELP help-${name}.html)
endforeach()
list(TRANSFORM HELP PREPEND ${UI_BUILD}/ OUTPUT_VARIABLE help_files)
add_custom_command(
    OUTPUT ${help_files}
    COMMAND ${CMAKE_COMMAND} -E chdir ${UI_BUILD} ${NODE} ${UI_DIR}/help.mjs ${PROJECT_SOURCE_DIR}/docs ${UI_BUILD}
    DEPENDS ${UI_STAMP} ${UI_DIR}/help.mjs ${docs}
    VERBATIM
)
file(GLOB drawings CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/pictures/*.svg)
foreach(file IN LISTS drawings)
    get_filename_component(name ${file} NAME)
    oms_copy_asset(help-${name} ${file})
    list(APPEND HELP help-${name})
endforeach()

set(ASSETS sandbox.js sandbox.css api.js api.css dashboard.js dashboard.css swagger-ui-bundle.js swagger-ui.css
    help.css help.js ${HELP}
)
set(ASSET_ASM "")
set(ASSET_TABLE "")
set(ASSET_DECLARATIONS "")
set(ASSET_FILES "")
foreach(asset IN LISTS ASSETS)
    string(MAKE_C_IDENTIFIER ${asset} symbol)
    set(packed ${UI_BUILD}/${asset}.gz)
    add_custom_command(
        OUTPUT ${packed}
        COMMAND ${GZIP} -9 -n -c ${UI_BUILD}/${asset} > ${packed}
        DEPENDS ${UI_BUILD}/${asset}
    )
    list(APPEND ASSET_FILES ${packed})
    string(APPEND ASSET_ASM
        "    .global asset_${symbol}_begin, asset_${symbol}_end\nasset_${symbol}_begin:\n    .incbin \"${packed}\"\nasset_${symbol}_end:\n    .byte 0\n")
    string(APPEND ASSET_DECLARATIONS "extern const char asset_${symbol}_begin[];\nextern const char asset_${symbol}_end[];\n")
    string(APPEND ASSET_TABLE "    {\"${asset}\", asset_${symbol}_begin, asset_${symbol}_end},\n")
endforeach()
file(CONFIGURE OUTPUT ${UI_BUILD}/assets.S CONTENT "    .section .rodata\n${ASSET_ASM}    .section .note.GNU-stack,\"\",@progbits\n" @ONLY)
file(CONFIGURE OUTPUT ${UI_BUILD}/asset_table.inc CONTENT "${ASSET_TABLE}" @ONLY)
file(CONFIGURE OUTPUT ${UI_BUILD}/asset_declarations.inc CONTENT "${ASSET_DECLARATIONS}" @ONLY)
set_source_files_properties(${UI_BUILD}/assets.S PROPERTIES OBJECT_DEPENDS "${ASSET_FILES}")
add_custom_target(oms_ui DEPENDS ${ASSET_FILES})
add_library(oms_asset_bytes STATIC ${UI_BUILD}/assets.S)
add_dependencies(oms_asset_bytes oms_ui)
target_include_directories(oms_asset_bytes INTERFACE ${UI_BUILD})
