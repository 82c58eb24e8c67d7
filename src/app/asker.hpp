#pragma once

#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace oms::app {

/// Nothing more can be asked: the input ended, or the process was asked to end.
class AskingEnded : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Asks a person on standard input, or takes every proposal where nobody is to be asked. Throws
/// AskingEnded where there is no answer.
class Asker {
public:
    Asker(std::ostream& out, bool takes_proposals);
    ~Asker();
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;

    [[nodiscard]] bool takes_proposals() const { return takes_proposals_; }

    /// An empty answer is the proposal.
    std::string ask(const std::string& question, const std::string& proposal);
    /// Without showing what is typed, where that is a terminal. An empty answer is "".
    std::string ask_secret(const std::string& question);
    struct Choice {
        std::string value = {};
        std::string means = {};
    };
    /// One of them, by its value or its number in the list; asked again until it is.
    std::string choose(
        const std::string& question,
        const std::vector<Choice>& choices,
        const std::string& proposal
    );

private:
    std::string line();

    std::ostream& out_;
    const bool takes_proposals_;
    int signals_ = -1;
    std::string read_;  ///< what was read beyond the last line
};

}  // namespace oms::app
