# What ships is hardened; tests/e2e/hardening.test.mjs looks for it in the built program.
# Optimised builds only: _FORTIFY_SOURCE needs the optimiser, and hides errors from the sanitizers.
set(optimised "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
add_compile_options(
    "$<${optimised}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-D_GLIBCXX_ASSERTIONS;-fstack-protector-strong;-fstack-clash-protection;-fPIE>"
)
add_link_options("$<${optimised}:-pie;-Wl,-z,relro;-Wl,-z,now;-Wl,-z,noexecstack>")
