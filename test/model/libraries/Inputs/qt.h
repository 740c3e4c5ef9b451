// The headers that rows of qt.yaml speak of.
#include <QtConcurrent/QtConcurrent>
#include <QtCore/QtCore>
#include <QtNetwork/QtNetwork>
#include <QtSql/QtSql>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDialog>
