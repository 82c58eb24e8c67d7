#include "base/result.hpp"

namespace oms {

std::string to_string(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::not_sent: return "not sent";
    case ErrorKind::outcome_unknown: return "outcome unknown";
    case ErrorKind::throttled: return "throttled";
    case ErrorKind::unauthorized: return "unauthorized";
    case ErrorKind::refused: return "refused";
    case ErrorKind::forbidden: return "forbidden";
    case ErrorKind::missing: return "missing";
    case ErrorKind::shutdown: return "shutdown";
    }
    return "unknown";
}

std::string in_word(const Error& error) {
    if (error.obstacle == Obstacle::ourselves) return "its turn has not come";
    const bool asked_again =
        error.kind == ErrorKind::throttled || error.kind == ErrorKind::not_sent;
    if (asked_again && error.obstacle == Obstacle::time) return "no answer";
    if (asked_again && error.obstacle == Obstacle::away) return "remote away";
    return to_string(error.kind);
}

}  // namespace oms
