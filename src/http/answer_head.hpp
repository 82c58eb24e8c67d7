#pragma once

#include <string>
#include <vector>

#include "http/server.hpp"

namespace oms::http {

/// Writes the heads of a server's answers. What stands in all of them is put together once.
class AnswerHead {
public:
    struct Kind {
        bool keep_alive = true;
        bool stream = false;  ///< of unknown length, up to the end of the connection
    };

    explicit AnswerHead(const ServerOptions& options);

    /// Up to the empty line, in place of what was in `head`.
    void write(std::string& head, const Response& response, Kind kind) const;

private:
    struct Line {
        std::string name;
        std::string text;  ///< the whole of it
    };

    void add_usual_lines(std::string& head, const Headers& own) const;

    std::vector<Line> usual_;    ///< unless the answer has one of that name
    std::string usual_text_;     ///< all of them
    std::string server_header_;  ///< its line
};

}  // namespace oms::http
