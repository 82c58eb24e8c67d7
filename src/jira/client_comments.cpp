#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "base/text.hpp"
#include "jira/client.hpp"
#include "jira/wire.hpp"

// The part of the client that reads an issue's comments: a page of them, our markers in their
// properties, and which of them are a service desk's internal notes.
namespace oms::jira {
namespace {

constexpr int comments_per_page = 1000;
/// What Cloud answers at once.
constexpr std::size_t ids_per_question = 1000;

/// What the pages of a list came to so far.
struct Listed {
    std::vector<Comment> comments = {};
    std::set<std::string> ids = {};
    bool notes_told = true;
    bool any_properties = false;

    /// False where all on the page was there before.
    bool take(const Dialect& dialect, const json::value& page) {
        bool any_new = false;
        notes_told = notes_told && wire::tell_notes(page);
        for (const auto& element : json::elements(page)) {
            any_properties = any_properties || !json::at(element, "properties").is_null();
            auto comment = wire::comment(dialect, element);
            if (!comment || !ids.insert(comment->id.value).second) continue;
            any_new = true;
            comments.push_back(std::move(*comment));
        }
        return any_new;
    }
};

}  // namespace

Result<std::vector<Comment>> Client::comments(const IssueId& id, NoteFlags flags) {
    Listed listed;
    for (int start = 0;;) {
        const auto answer = get(api(fmt::format(
            "/issue/{}/comment?startAt={}&maxResults={}&expand=properties",
            percent_encode(id.value),
            start,
            comments_per_page
        )));
        if (!answer) return Failure{answer.error()};
        const json::value& page = json::at(*answer, "comments");
        const bool any_new = listed.take(*dialect_, page);
        start += static_cast<int>(json::elements(page).size());
        const auto total = json::integer(json::at(*answer, "total"));
        if (json::elements(page).empty() || !total || start >= *total) break;
        // Or a list that ignores where it was to start would be read for ever.
        if (!any_new) return failure(ErrorKind::refused, "Jira shows the same comments again");
    }
    std::vector<Comment>& all = listed.comments;
    sort_comments(all);
    if (listed.any_properties || all.empty()) return std::move(all);
    if (auto read = read_markers(all); !read) return Failure{read.error()};
    if (flags == NoteFlags::read && !listed.notes_told) {
        if (auto read = read_internal_flags(all); !read) return Failure{read.error()};
    }
    return std::move(all);
}

Result<Comment> Client::comment(const IssueId& id, const CommentId& comment) {
    const auto answer = get(api(
        fmt::format("/issue/{}/comment/{}", percent_encode(id.value), percent_encode(comment.value))
    ));
    if (!answer) return Failure{answer.error()};
    auto read = wire::comment(*dialect_, *answer);
    if (!read) return failure(ErrorKind::refused, "Jira's comment lacks its id");
    return std::move(*read);
}

Result<bool> Client::read_markers(std::vector<Comment>& comments) {
    for (std::size_t from = 0; from < comments.size(); from += ids_per_question) {
        const std::size_t count = std::min(comments.size() - from, ids_per_question);
        std::vector<CommentId> ids;
        for (const Comment& comment : std::span{comments}.subspan(from, count))
            ids.push_back(comment.id);
        const auto question = dialect_->comments_by_ids(ids);
        if (!question) return true;
        const auto answer = ask(*question);
        if (!answer) {
            // Without it a comment of ours is known by its author and text.
            const ErrorKind kind = answer.error().kind;
            if (kind == ErrorKind::missing || kind == ErrorKind::refused) return true;
            return Failure{answer.error()};
        }
        take_markers(*answer, comments);
    }
    return true;
}

void Client::take_markers(const json::value& answer, std::vector<Comment>& comments) const {
    for (const auto& element : json::elements(json::at(answer, "values"))) {
        const auto read = wire::comment(*dialect_, element);
        if (!read) continue;
        const auto found = std::ranges::find(comments, read->id, &Comment::id);
        if (found == comments.end()) continue;
        found->marker = read->marker;
        found->service_desk_internal = found->service_desk_internal || read->service_desk_internal;
    }
}

Result<bool> Client::is_service_desk(const std::string& project_key) {
    if (const auto known = site_.is_service_desk(project_key)) return *known;
    const auto answer = get(api("/project/" + percent_encode(project_key)));
    if (!answer && answer.error().kind != ErrorKind::missing) return Failure{answer.error()};
    const std::string type =
        answer ? json::text_or_empty(json::at(*answer, "projectTypeKey")) : std::string{};
    // Where it does not say what it is, it may be one, and its notes are asked for.
    const bool is_one = type.empty() || type == "service_desk";
    site_.learn_service_desk(project_key, is_one);
    return is_one;
}

Result<bool> Client::read_internal_flags(std::vector<Comment>& comments) {
    // Where the list shows no properties, an internal note of a service desk would look public.
    for (Comment& comment : comments) {
        const auto answer = get(api(fmt::format(
            "/comment/{}/properties/sd.public.comment", percent_encode(comment.id.value)
        )));
        if (!answer && answer.error().kind != ErrorKind::missing) return Failure{answer.error()};
        if (!answer) continue;
        if (wire::marks_internal(json::at(*answer, "value"))) comment.service_desk_internal = true;
    }
    return true;
}

void sort_comments(std::vector<Comment>& comments) {
    std::ranges::sort(comments, [](const Comment& a, const Comment& b) {
        const auto left = parse_int(a.id.value).value_or(0);
        const auto right = parse_int(b.id.value).value_or(0);
        return left < right;
    });
}

}  // namespace oms::jira
