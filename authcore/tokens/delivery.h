#pragma once

#include "authcore/tokens/tokenstore.h"

#include <QtCore/QPointer>

#include <functional>
#include <utility>

namespace authcore {

//! Posts `result` to the thread of `store`, which calls `then` if store and context still live.
//! Thread: any, while `store` lives. Results arrive in the order in which they were posted.
template <typename Result>
void deliver(TokenStore *store, QPointer<QObject> context, std::function<void(const Result &)> then,
    Result result)
{
    QMetaObject::invokeMethod(
        store,
        [context = std::move(context), then = std::move(then), result = std::move(result)] {
            if (context && then)
                then(result);
        },
        Qt::QueuedConnection);
}

} // namespace authcore
