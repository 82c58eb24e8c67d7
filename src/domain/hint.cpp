#include "domain/hint.hpp"

namespace oms {

std::string in_words(Aspects aspects) {
    std::string words;
    const auto add = [&](Aspect aspect, std::string_view name) {
        if (!has(aspects, aspect)) return;
        if (!words.empty()) words += ", ";
        words += name;
    };
    add(Aspect::marketplace, "marketplace");
    add(Aspect::messages, "messages");
    add(Aspect::issue, "issue");
    add(Aspect::comments, "comments");
    return words.empty() ? "nothing" : words;
}

std::string_view to_text(Lane lane) {
    switch (lane) {
    case Lane::live: return "live";
    case Lane::poll: return "poll";
    case Lane::sweep: return "sweep";
    case Lane::backfill: return "backfill";
    }
    return "";
}

Aspect aspect_of(std::string_view claim) {
    switch (claim.empty() ? 'x' : claim.front()) {
    case 'm': return Aspect::messages;
    case 'i':
    case 'v':
    case 'k':
    case 'n': return Aspect::issue;
    case 'c': return Aspect::comments;
    default: return Aspect::marketplace;
    }
}

}  // namespace oms
