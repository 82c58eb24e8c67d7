#include "domain/status.hpp"

namespace oms {

std::string_view to_text(Status status) {
    switch (status) {
    case Status::created: return "created";
    case Status::registered: return "registered";
    case Status::in_progress: return "in_progress";
    case Status::waiting_for_response: return "waiting_for_response";
    case Status::approved: return "approved";
    case Status::ready: return "ready";
    case Status::rejected: return "rejected";
    case Status::closed: return "closed";
    }
    return "";
}

std::optional<Status> parse_status(std::string_view text) {
    for (const Status status : statuses) {
        if (to_text(status) == text) return status;
    }
    return std::nullopt;
}

}  // namespace oms
