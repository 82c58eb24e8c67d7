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

}  // namespace oms
