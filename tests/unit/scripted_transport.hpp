#pragma once

#include <deque>

#include "http/transport.hpp"

namespace oms::test {

/// Gives the answers that it was given, in order, and keeps what it was asked.
class ScriptedTransport final : public http::Transport {
public:
    Result<http::Response> send(const http::Request& request) override {
        asked.push_back(request);
        if (answers.empty()) return failure(ErrorKind::not_sent, "no answer was scripted");
        auto answer = std::move(answers.front());
        answers.pop_front();
        return answer;
    }

    void will_answer(int status, std::string body, http::Headers headers = {}) {
        if (headers.empty()) headers = {{"Content-Type", "application/json; charset=utf-8"}};
        answers.emplace_back(http::Response{status, std::move(headers), std::move(body)});
    }
    void will_break(ErrorKind kind) { answers.emplace_back(failure(kind, "the connection broke")); }

    std::deque<Result<http::Response>> answers;
    std::vector<http::Request> asked;
};

}  // namespace oms::test
