#include "app/asker.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.hpp"

namespace oms::app {
namespace {

constexpr std::size_t line_bytes_max = 64 * 1024;

sigset_t ending_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

/// While this lives, who asks us to end is heard where an answer is waited for: so a terminal is left
/// as it was.
class Heard {
public:
    Heard() {
        const sigset_t set = ending_signals();
        pthread_sigmask(SIG_BLOCK, &set, &before_);
    }
    ~Heard() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;

private:
    sigset_t before_{};
};

/// What is typed is not shown while this lives.
class Unseen {
public:
    Unseen() : terminal_{isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before_) == 0} {
        if (!terminal_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Unseen() {
        if (terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

private:
    termios before_{};
    const bool terminal_;
};

}  // namespace

Asker::Asker(std::ostream& out, bool takes_proposals)
    : out_{out},
      takes_proposals_{takes_proposals} {
    const sigset_t set = ending_signals();
    signals_ = signalfd(-1, &set, SFD_CLOEXEC);
}

Asker::~Asker() {
    if (signals_ >= 0) close(signals_);
}

std::string Asker::line() {
    const Heard heard;
    out_.flush();
    for (;;) {
        const auto end = read_.find('\n');
        if (end != std::string::npos) {
            std::string found = read_.substr(0, end);
            read_.erase(0, end + 1);
            return trim(clean(found));
        }
        std::array<pollfd, 2> waits{
            pollfd{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
            pollfd{.fd = signals_, .events = POLLIN, .revents = 0}};
        if (poll(waits.data(), waits.size(), -1) < 0) continue;
        if ((waits[1].revents & POLLIN) != 0) {
            signalfd_siginfo taken{};
            if (read(signals_, &taken, sizeof taken) > 0)
                throw AskingEnded{"asked to end: nothing was written"};
        }
        std::array<char, 4096> bytes{};
        const ssize_t count = read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count <= 0 || read_.size() > line_bytes_max)
            throw AskingEnded{"no more answers: nothing was written"};
        read_.append(bytes.data(), static_cast<std::size_t>(count));
    }
}

std::string Asker::ask(const std::string& question, const std::string& proposal) {
    const std::string shown = proposal.empty() ? "" : fmt::format(" [{}]", visible(proposal));
    out_ << question << shown << ": ";
    if (takes_proposals_) {
        out_ << visible(proposal) << "\n";
        return proposal;
    }
    std::string answer = line();
    return answer.empty() ? proposal : answer;
}

std::string Asker::ask_secret(const std::string& question) {
    if (takes_proposals_) return "";
    out_ << question << ": ";
    const Heard heard;
    const Unseen unseen;
    return line();
}

std::string Asker::choose(
    const std::string& question,
    const std::vector<Choice>& choices,
    const std::string& proposal
) {
    for (std::size_t i = 0; i < choices.size() && !takes_proposals_; ++i)
        out_ << fmt::format(
            "  {:>2}  {:<12} {}\n", i + 1, visible(choices[i].value), visible(choices[i].means)
        );
    for (;;) {
        const std::string answer = ask(question, proposal);
        const auto named = std::ranges::find(choices, answer, &Choice::value);
        if (named != choices.end()) return answer;
        const auto number = parse_int(answer);
        if (number && *number >= 1 && *number <= static_cast<std::int64_t>(choices.size()))
            return choices[static_cast<std::size_t>(*number - 1)].value;
        if (takes_proposals_)
            throw AskingEnded{question + ": none was given, and none can be told by name"};
        out_ << "  this is none of them\n";
    }
}

}  // namespace oms::app
