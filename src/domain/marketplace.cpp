#include "domain/marketplace.hpp"

namespace oms {

std::string_view to_text(Scope scope) {
    switch (scope) {
    case Scope::public_scope: return "public";
    case Scope::internal: return "internal";
    case Scope::user_direct: return "user_direct";
    }
    return "";
}

}  // namespace oms
