import uuid, random
u = uuid.uuid4()
print len(str(u)), u.version, str(u).count("-"), uuid.uuid4() != uuid.uuid4()
print uuid.UUID("12345678123456781234567812345678"), uuid.UUID(int=5).hex
print uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), uuid.uuid3(uuid.NAMESPACE_DNS, "example.org")
r = random.randint(1, 6)
print 1 <= r <= 6, 0 <= random.random() < 1, random.choice([7]), len(random.sample(range(10), 3)), random.randrange(1)
l = range(5)
random.shuffle(l)
print sorted(l), 1 <= random.uniform(1, 2) <= 2
