#pragma once

#include "base/result.hpp"
#include "http/message.hpp"

namespace oms::http {

/// The only way out of the process. Implementations: CurlTransport, and the simulation's network.
///
/// Any complete answer is a Response, whatever its status; an Error means that there was none, and
/// its kind says whether the request can have reached the remote: `not_sent` (it surely has not),
/// `outcome_unknown` (it may have), `shutdown` (we are stopping; sent or not is in the words).
/// A request is put on the wire at most once. Redirects are answers.
class Transport {
public:
    virtual ~Transport() = default;
    virtual Result<Response> send(const Request& request) = 0;
};

}  // namespace oms::http
