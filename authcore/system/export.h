#pragma once

#include <QtCore/QtGlobal>

//! Marks the symbols that AuthCore exports if it is a shared library.
#if !defined(AUTHCORE_SHARED)
#define AUTHCORE_EXPORT
#elif defined(AUTHCORE_BUILDING)
#define AUTHCORE_EXPORT Q_DECL_EXPORT
#else
#define AUTHCORE_EXPORT Q_DECL_IMPORT
#endif
