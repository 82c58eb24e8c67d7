#include "app/shown_settings.hpp"

#include "app/variables.hpp"
#include "base/text.hpp"

namespace oms::app {
namespace {

/// What sets the variable: its own name, or the Python adapter's.
const Environment::Given* given_for(const Environment& environment, const Variable& variable) {
    for (const std::string& name : {variable.name, variable.old_name}) {
        const auto found = environment.all().find(name);
        if (found != environment.all().end() && !found->second.value.empty()) return &found->second;
    }
    return nullptr;
}

/// A file that was named is told as one.
std::string origin_of(const Environment::Given& given) {
    const bool plain =
        given.from == "environment" || given.from == ".env" || given.from == "sandbox";
    return plain ? given.from : "file " + given.from;
}

}  // namespace

web::ShownSettings
shown_settings(const Environment& environment, const std::vector<Advice>& advice) {
    web::ShownSettings shown;
    for (const Variable& variable : variables()) {
        const Environment::Given* given = given_for(environment, variable);
        shown.items.push_back(
            {.name = variable.name,
             .value = given != nullptr ? one_line(shown_value(variable, given->value))
                                       : (variable.secret ? "" : variable.standard),
             .from = given != nullptr ? origin_of(*given) : "default",
             .standard = variable.standard,
             .secret = variable.secret,
             .what = variable.what}
        );
    }
    for (const Advice& one : advice) {
        const std::string begins = one.variable + " ";
        shown.notes.push_back(
            {.variable = one.variable,
             .says = one.says.starts_with(begins) ? one.says.substr(begins.size()) : one.says,
             .fix = one.fix}
        );
    }
    return shown;
}

}  // namespace oms::app
