#include "http/answer_head.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace oms::http {
namespace {

bool same_name(std::string_view one, std::string_view other) {
    return one.size() == other.size() && starts_with_ignoring_case(one, other);
}

/// Not what the server says itself; and a line break in a value would make it two headers.
bool is_allowed(std::string_view name, std::string_view value) {
    if (same_name(name, "Content-Length") || same_name(name, "Connection")) return false;
    return value.find_first_of("\r\n") == std::string_view::npos;
}

void add_line(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

void add_number(std::string& head, std::size_t number) {
    const fmt::format_int text{number};
    head.append(text.data(), text.size());
}

}  // namespace

AnswerHead::AnswerHead(const ServerOptions& options) {
    for (const auto& [name, value] : options.headers) {
        if (!is_allowed(name, value)) continue;
        Line line{.name = name, .text = {}};
        add_line(line.text, name, value);
        usual_text_ += line.text;
        usual_.push_back(std::move(line));
    }
    if (!options.server_header.empty()) add_line(server_header_, "Server", options.server_header);
}

void AnswerHead::write(std::string& head, const Response& response, Kind kind) const {
    head = "HTTP/1.1 ";
    add_number(head, static_cast<std::size_t>(response.status));
    head.append(" ").append(reason_phrase(response.status)).append("\r\n");
    for (const auto& [name, value] : response.headers) {
        if (is_allowed(name, value)) add_line(head, name, value);
    }
    add_usual_lines(head, response.headers);
    head += server_header_;
    const bool bodyless = response.status == 204 || response.status == 304;
    if (!kind.stream && !bodyless) {
        head += "Content-Length: ";
        add_number(head, response.body.size());
        head += "\r\n";
    }
    if (!kind.keep_alive) head += "Connection: close\r\n";
    head += "\r\n";
}

void AnswerHead::add_usual_lines(std::string& head, const Headers& own) const {
    if (own.empty()) {
        head += usual_text_;
        return;
    }
    for (const Line& line : usual_) {
        const bool has_own = std::ranges::any_of(own, [&](const auto& header) {
            return same_name(header.first, line.name);
        });
        if (!has_own) head += line.text;
    }
}

}  // namespace oms::http
