#include "domain/ids.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms {
namespace {

std::optional<std::int64_t> positive(std::string_view text) {
    const auto number = parse_int(text);
    if (!number || *number <= 0) return std::nullopt;
    return number;
}

}  // namespace

std::string key_of(const Subject& subject) {
    if (subject.is_issue()) return "issue/" + subject.issue.value;
    if (!subject.item) return fmt::format("project/{}", subject.project.value);
    return fmt::format("order/{}/{}", subject.project.value, subject.item->value);
}

std::optional<Subject> parse_key(std::string_view key) {
    const auto parts = split(key, '/');
    if (parts.size() == 2 && parts[0] == "issue" && !parts[1].empty()) {
        return Subject::of(IssueId{parts[1]});
    }
    const bool project = parts.size() == 2 && parts[0] == "project";
    const bool order = parts.size() == 3 && parts[0] == "order";
    if (!project && !order) return std::nullopt;
    return parse_subject(key.substr(key.find('/') + 1));
}

std::string to_text(const Subject& subject) {
    if (subject.is_issue()) return "issue " + subject.issue.value;
    if (!subject.item) return fmt::format("{}", subject.project.value);
    return fmt::format("{}/{}", subject.project.value, subject.item->value);
}

std::optional<Subject> parse_subject(std::string_view text) {
    const auto parts = split(text, '/');
    const auto project = positive(parts[0]);
    if (!project || parts.size() > 2) return std::nullopt;
    if (parts.size() == 1) return Subject::of(ProjectId{*project});
    const auto item = positive(parts[1]);
    if (!item) return std::nullopt;
    return Subject::of(OrderId{{*project}, {*item}});
}

std::string marker_of(OmsId oms, const Subject& subject) {
    if (!subject.item) return fmt::format("oms-{}-project-{}", oms.value, subject.project.value);
    return fmt::format("oms-{}-order-{}-{}", oms.value, subject.project.value, subject.item->value);
}

std::optional<Subject> parse_marker(OmsId oms, std::string_view label) {
    const auto parts = split(label, '-');
    std::optional<Subject> subject;
    if (parts.size() == 4) subject = parse_subject(parts[3]);
    if (parts.size() == 5) subject = parse_subject(parts[3] + "/" + parts[4]);
    // Nearly a marker (oms-01-order-1-2) is none: nothing of ours would find it again.
    if (!subject || marker_of(oms, *subject) != label) return std::nullopt;
    return subject;
}

}  // namespace oms
