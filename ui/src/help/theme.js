// Light or dark as was chosen in the dashboard (its theme.js).
try {
  document.documentElement.dataset.theme = localStorage.getItem("oms-theme") ?? "auto";
} catch {
  // Without storage it is as the system has it.
}
