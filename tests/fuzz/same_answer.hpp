#pragma once

#include "http/transport.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace oms::fuzz {

/// A remote that says the same whatever it is asked. No call may go on asking for ever.
class SameAnswer final : public http::Transport {
public:
    static constexpr int asked_max = 5000;

    explicit SameAnswer(http::Response answer) : answer_{std::move(answer)} {}

    Result<http::Response> send(const http::Request& request) override {
        OMS_CHECK(++asked_ < asked_max);
        OMS_CHECK(!has_controls(request.url) && request.url.find(' ') == std::string::npos);
        if (!request.body.empty()) OMS_CHECK(json::parse(request.body).has_value());
        return answer_;
    }

private:
    http::Response answer_;
    int asked_ = 0;
};

}  // namespace oms::fuzz
